// Wine 8 fails on a socket option that Windows has; the program doesn't depend on it.
require('node:net').Socket.prototype.setKeepAlive = function setKeepAlive() {
  return this;
};
