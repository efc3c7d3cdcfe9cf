import { mkdirSync } from "node:fs";
import { runApp } from "@dwld/daemon";
import { startMemcached } from "./memcached.ts";
import { superviseApps } from "./supervise-apps.ts";

/** The apps allow themselves ten seconds beyond the grace; whoever waits for them has to wait longer. */
const hangMs = 20_000;

await runApp(
  "up",
  async ({ configuration, logger, shutdown }) => {
    mkdirSync(configuration.data, { recursive: true });
    const memcached = await startMemcached(configuration, process.env, logger);
    if (memcached !== undefined) shutdown.defer("memcached", () => memcached.stop());
    const apps = superviseApps(process.argv.slice(2), process.env, {
      logger,
      onFailure: (error) => {
        shutdown.fail(error);
      },
    });
    shutdown.defer("apps", () => apps.stop());
    logger.info(
      {
        grpc: configuration.api.listen,
        http: configuration.api.http,
        data: configuration.data,
        delivery: configuration.ftp === undefined ? "off" : `ftp://${configuration.ftp.host}:${configuration.ftp.port}`,
      },
      "all apps started; give it a link with: dwld add LINK",
    );
  },
  hangMs,
);
