package io.nexus.server.cli;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
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
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The output and exit codes of the commands. */
final class NexusCommandTest {

  @TempDir private Path folder;

  private record Ended(int exit, String out, String err) {}

  private static Ended run(String... args) {
    var out = new StringWriter();
    var err = new StringWriter();
    int exit = NexusCommand.run(new PrintWriter(out), new PrintWriter(err), args);
    return new Ended(exit, out.toString(), err.toString());
  }

  @ParameterizedTest
  @ValueSource(strings = {"serve", "demo", "check", "price", "explain", "version"})
  void run_commandWithHelp_printsItsUsage(String command) {
    var ended = run(command, "--help");

    assertEquals(0, ended.exit());
    assertTrue(ended.out().startsWith("Usage: nexus " + command), ended.out());
    assertTrue(run("--help").out().contains("\n  " + command), "and it is listed");
  }

  @ParameterizedTest
  @CsvSource({
    "--frob, --frob",
    "frob, frob",
    "serve --frob, --frob",
    "serve --port many, --port",
    "price, MODEL",
    "'', command"
  })
  void run_usedWrongly_saysHowInOneLine(String line, String named) {
    var ended = run(line.isEmpty() ? new String[0] : line.split(" ", -1));

    assertEquals(2, ended.exit());
    assertTrue(ended.err().startsWith("nexus: usage: "), ended.err());
    assertTrue(ended.err().contains(named), ended.err());
    assertTrue(ended.err().contains("--help"), ended.err());
    assertEquals(1, ended.err().lines().count(), ended.err());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "key create a --limit abc",
        "key create a --limit 1e999999999",
        "key create a --limit 1e-999999999",
        "key rotate a --grace-seconds abc",
        "key list --url http://a:b:c",
        "key list --url gateway:8000",
        "health --url ://",
        "budget set global abc",
        "budget increase global abc",
        "budget undo-increase global abc",
        "limit set a --requests abc",
        "price m --input abc",
        "price m --date abc",
        "price m --use search=abc",
        "price m --use abc",
        "price m --use abc=1",
        "spend --since abc",
        "spend --until abc",
        "spend --by abc",
        "top --every abc",
        "explain --api abc",
        "serve --port 99999",
        "serve --port -1",
        "demo --port 99999"
      })
  void run_valueOfAnotherForm_isToldWithoutJavasNames(String line) {
    var ended = run(line.split(" ", -1));

    assertEquals(2, ended.exit(), ended.err());
    assertFalse(ended.err().contains("Exception"), ended.err());
    assertFalse(ended.err().contains("java."), ended.err());
    assertFalse(ended.err().contains("NEXUS_"), ended.err());
    assertEquals(1, ended.err().lines().count(), ended.err());
  }

  @ParameterizedTest
  @ValueSource(strings = {"serve", "check", "explain"})
  void run_noSuchConfiguration_exitsWith2(String command) {
    var missing = folder.resolve("missing.toml").toString();

    var ended = run(command, "--config", missing);

    assertEquals(2, ended.exit());
    assertTrue(ended.err().startsWith("nexus: configuration: " + missing + ": "), ended.err());
    assertEquals(1, ended.err().lines().count(), ended.err());
  }

  @Test
  void run_severalMistakes_areToldAtOnce() throws IOException {
    var file = Files.writeString(folder.resolve("nexus.toml"), "[server]\nprot = 1\nport = -1\n");

    var ended = run("check", "--config", file.toString());

    assertAll(
        () -> assertEquals(2, ended.exit()),
        () -> assertTrue(ended.err().contains("server.prot"), ended.err()),
        () -> assertTrue(ended.err().contains("server.port"), ended.err()),
        () -> assertFalse(ended.err().contains("Exception"), ended.err()));
  }

  @Test
  void serve_portTaken_exitsWith1InOneLine() throws IOException {
    try (var taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      var file = Files.writeString(folder.resolve("nexus.toml"), "[ledger]\nurl = \"memory\"\n");

      var ended =
          run(
              "serve",
              "--config",
              file.toString(),
              "--port",
              Integer.toString(taken.getLocalPort()));

      assertEquals(1, ended.exit());
      assertTrue(
          ended
              .err()
              .startsWith("nexus: server: 127.0.0.1:" + taken.getLocalPort() + ": is in use"),
          ended.err());
      assertEquals(1, ended.err().lines().count(), ended.err());
    }
  }

  @Test
  void serve_hostOfAnotherMachine_exitsWith1InOneLine() throws IOException {
    var file =
        Files.writeString(
            folder.resolve("nexus.toml"),
            "[server]\nallow_anonymous = true\nport = 0\n[ledger]\nurl = \"memory\"\n");

    // An address of the range for documentation, RFC 5737.
    var ended = run("serve", "--config", file.toString(), "--host", "192.0.2.1");

    assertEquals(1, ended.exit());
    assertTrue(ended.err().startsWith("nexus: server: 192.0.2.1:0: cannot be"), ended.err());
  }
}
