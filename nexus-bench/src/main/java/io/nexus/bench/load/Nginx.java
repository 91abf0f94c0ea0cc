package io.nexus.bench.load;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * nginx as a reverse proxy in front of the mock upstream: measures the cost of forwarding alone.
 */
final class Nginx {
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  /** The program, and its name in the report. */
  static final String NAME = "nginx";

  private Nginx() {}

  /** The installed program, if there is one. */
  static Optional<Path> find() {
    var path = System.getenv().getOrDefault("PATH", "");
    return Stream.concat(Arrays.stream(path.split(File.pathSeparator, -1)), Stream.of("/usr/sbin"))
        .filter(folder -> !folder.isEmpty())
        .map(folder -> Path.of(folder, NAME))
        .filter(Files::isExecutable)
        .findFirst();
  }

  /**
   * Starts it as the current user, all its files in the folder.
   *
   * @throws IOException if it does not come up
   */
  static ServerProcess start(Path program, Path folder, int upstreamPort, int workers)
      throws IOException {
    int port = Workspace.freePort();
    var configuration = folder.resolve("nginx.conf");
    var user = Files.getOwner(folder).getName();
    Files.writeString(configuration, configuration(folder, port, upstreamPort, workers, user));
    return ServerProcess.start(
        NAME,
        List.of(
            program.toString(),
            "-p",
            folder.toString(),
            "-c",
            configuration.toString(),
            "-e",
            folder.resolve("nginx-error.log").toString()),
        port,
        PATIENCE,
        folder.resolve("nginx.log"));
  }

  /** The leanest proxy: kept connections on both sides, no access log. */
  static String configuration(Path folder, int port, int upstreamPort, int workers, String user) {
    // Root must set the workers' user, which would otherwise be "nobody"; other users may not set
    // it.
    var userLine = user.equals("root") ? "user root root;\n" : "";
    return userLine
        + """
        daemon off;
        worker_processes %d;
        worker_rlimit_nofile 16384;
        pid %s/nginx.pid;
        events { worker_connections 8192; }
        http {
          access_log off;
          client_body_temp_path %s/body;
          proxy_temp_path %s/proxy;
          fastcgi_temp_path %s/fastcgi;
          uwsgi_temp_path %s/uwsgi;
          scgi_temp_path %s/scgi;
          keepalive_requests 100000000;
          client_max_body_size 32m;
          client_body_buffer_size 256k;
          upstream mock {
            server 127.0.0.1:%d;
            keepalive 256;
            keepalive_requests 100000000;
          }
          server {
            listen 127.0.0.1:%d;
            location / {
              proxy_pass http://mock;
              proxy_http_version 1.1;
              proxy_set_header Connection "";
              proxy_read_timeout 300s;
            }
          }
        }
        """
            .formatted(workers, folder, folder, folder, folder, folder, folder, upstreamPort, port);
  }
}
