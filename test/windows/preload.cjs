// Wine 8 answers an option of sockets that Windows has with an error; the program does not depend on it.
require('node:net').Socket.prototype.setKeepAlive = function setKeepAlive() {
  return this;
};
