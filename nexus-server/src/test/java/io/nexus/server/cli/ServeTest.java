package io.nexus.server.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
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
