import type { Socket } from 'node:net';
import pg from 'pg';

/** The driver's connection, with the parts of it that this file relies on (docs/adr/0005-libraries.md). */
interface ConnectionInside {
  stream: Socket;
  connect(port: number, host: string): void;
  attachListeners(stream: Socket): void;
  emit(event: 'sslconnect'): boolean;
}

const Connection = pg.Connection as unknown as new (options: object) => ConnectionInside;

/** A connection that goes on in plain text when the server has no TLS. The driver itself gives up then. */
class PreferTlsConnection extends Connection {
  override connect(port: number, host: string): void {
    super.connect(port, host);
    const { stream } = this;
    const [negotiate] = stream.listeners('data') as ((answer: Buffer) => void)[];
    if (!negotiate) throw new Error('The driver does not wait for an answer about TLS');
    stream.removeListener('data', negotiate);
    stream.once('data', (answer: Buffer) => {
      if (answer.toString('latin1') !== 'N') {
        negotiate(answer);
        return;
      }
      this.attachListeners(stream);
      this.emit('sslconnect');
    });
  }
}

/** A client with `sslmode=prefer`: TLS where the server has it, plain text elsewhere. */
export class PreferTlsClient extends pg.Client {
  constructor(config: pg.ClientConfig) {
    // A pool hides the password from enumeration.
    const { ssl, password, keepAlive = false, keepAliveInitialDelayMillis = 0 } = config;
    const connection = new PreferTlsConnection({ ssl, keepAlive, keepAliveInitialDelayMillis });
    super({ ...config, password, connection } as pg.ClientConfig);
  }
}
