// Loaded before the service (NODE_OPTIONS=--import): writes each attempt to reach another machine, or a name, into OUTBOUND_LOG.
import { appendFileSync } from 'node:fs';
import dgram from 'node:dgram';
import dns from 'node:dns';
import net from 'node:net';

const note = (what) => appendFileSync(process.env['OUTBOUND_LOG'], `${what}\n`);
const connect = net.Socket.prototype.connect;
net.Socket.prototype.connect = function (...args) {
  const [given] = args;
  const options = Array.isArray(given) ? given[0] : given;
  // A pipe within the machine (where the sources run unbuilt) is none.
  if (typeof options === 'object' && options.path === undefined) note(`connect ${JSON.stringify(options)}`);
  return connect.apply(this, args);
};
const send = dgram.Socket.prototype.send;
dgram.Socket.prototype.send = function (...args) {
  note('datagram');
  return send.apply(this, args);
};
for (const owner of [dns, dns.promises]) {
  const lookup = owner.lookup;
  owner.lookup = function (name, ...rest) {
    // Where the service itself listens is no reaching out.
    if (name !== '127.0.0.1') note(`lookup ${name}`);
    return lookup.call(this, name, ...rest);
  };
}
