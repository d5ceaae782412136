// The client without the pool, which @types/pg doesn't describe. It keeps the package small.
declare module 'pg/lib/client.js' {
  import { Client } from 'pg';
  class SingleClient extends Client {
    ref(): void;
    unref(): void;
  }
  export { SingleClient as default };
}
