package io.nexus.server.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ServeTest {

  @Test
  void plain_noOption_isTheUsual() {
    assertEquals(new Serve(null, null, null, null), Serve.plain("serve"));
  }

  @Test
  void plain_everyOption_isTaken() {
    assertEquals(
        new Serve(Path.of("a.toml"), "::1", "0", Path.of("more")),
        Serve.plain(
            "serve", "--port", "0", "--extensions", "more", "--config", "a.toml", "--host", "::1"));
  }

  @Test
  void run_noSuchConfiguration_saysSoAndExitsWith2(@TempDir Path folder) {
    var missing = folder.resolve("missing.toml");
    var err = new StringWriter();

    int exit = new Serve(missing, null, null, null).run(new PrintWriter(err));

    assertEquals(2, exit);
    assertEquals(
        "nexus: configuration: "
            + missing
            + ": cannot be read: give an existing file with --config\n",
        err.toString());
  }

  @Test
  void run_portInUse_saysSoAndExitsWith1(@TempDir Path folder) throws IOException {
    var config = Files.writeString(folder.resolve("nexus.toml"), "[ledger]\nurl = \"memory\"\n");
    var err = new StringWriter();
    try (var taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      var port = Integer.toString(taken.getLocalPort());

      int exit = new Serve(config, "127.0.0.1", port, null).run(new PrintWriter(err));

      assertEquals(1, exit);
      assertTrue(err.toString().startsWith("nexus: "), err::toString);
      assertTrue(err.toString().contains(port + ": is in use"), err::toString);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "demo",
        "demo --port 0",
        "--version",
        "serve --help",
        "serve --port",
        "serve --port many",
        "serve --port=0",
        "serve --frob x",
        "serve --config --port",
        "serve --port 1 --port 2"
      })
  void plain_other_isLeftToTheLibrary(String line) {
    assertNull(Serve.plain(line.isEmpty() ? new String[0] : line.split(" ", -1)));
  }
}
