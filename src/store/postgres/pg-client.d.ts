// The client without the pool, to keep the package small. @types/pg doesn't describe it.
declare module 'pg/lib/client.js' {
  import { Client } from 'pg';
  class SingleClient extends Client {
    unref(): void;
  }
  export { SingleClient as default };
}
