import type { AddressInfo, Server, Socket } from 'node:net';

/** A server that can be out of reach for a while: connections to it are refused, those that are open end. */
export const reachable = (server: Server) => {
  const { port, address } = server.address() as AddressInfo;
  const sockets = new Set<Socket>();
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
  });
  const listen = () =>
    new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(port, address, () => {
        server.off('error', reject);
        resolve();
      });
    });
  return {
    away: async () => {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      for (const socket of sockets) socket.destroy();
      await closed;
    },
    back: async () => {
      // Another program may have been given the port meanwhile, for a connection of its own: that ends soon.
      for (let left = 50; ; left -= 1) {
        try {
          return await listen();
        } catch (error) {
          if (left === 0) throw error;
          await new Promise((resolve) => setTimeout(resolve, 100));
        }
      }
    },
  };
};
