/** This computer's loopback addresses, as they appear in URLs. */
export const loopbackNames: readonly string[] = ['127.0.0.1', 'localhost', '[::1]'];

/** Whether a URL's host name means this computer: `localhost`, `[::1]`, or any address that begins with 127. */
export const isLoopback = (hostname: string): boolean => /^(127(\.\d{1,3}){3}|localhost|\[::1\])$/.test(hostname);
