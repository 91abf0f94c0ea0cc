package io.nexus.ledger.jdbc;

import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nexus.control.ledger.LedgerSettings;
import io.nexus.control.money.Money;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** A {@link CrashGateway} that is started again and again. */
final class CrashNode {

  final String name;
  final LedgerSettings settings;
  private final Path dir;
  private final Money limit;
  private final String run;
  private final Path bill;
  private final Set<String> said = new HashSet<>();
  private Process process;
  private BufferedReader output;
  private long billedBefore;

  /** Starts it; {@code run} says in failures which run it was. */
  CrashNode(String name, LedgerSettings settings, Path dir, Money limit, String run)
      throws IOException {
    this.name = name;
    this.settings = settings;
    this.dir = dir;
    this.limit = limit;
    this.run = run;
    this.bill = dir.resolve("bill-" + name);
    start();
  }

  void start() throws IOException {
    var path =
        Stream.of("jdk.module.path", "java.class.path")
            .map(property -> System.getProperty(property, ""))
            .filter(entries -> !entries.isEmpty())
            .collect(Collectors.joining(File.pathSeparator));
    var classes = Path.of("target/test-classes").toAbsolutePath();
    process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                classes + File.pathSeparator + path,
                CrashGateway.class.getName(),
                settings.url(),
                settings.password(),
                name,
                dir.toString(),
                limit.toString())
            .redirectError(ProcessBuilder.Redirect.appendTo(errors().toFile()))
            .start();
    output = process.inputReader();
    said.clear();
    billedBefore = billed();
  }

  private Path errors() {
    return dir.resolve("errors");
  }

  /** Waits until it has said so, unless it has said so before. */
  void await(String line) throws IOException {
    while (!said.contains(line)) {
      var read = output.readLine();
      assertNotNull(read, this::failure);
      said.add(read);
    }
  }

  /** Lets it make this number of further requests, as soon as it is ready. */
  void permit(int requests) throws IOException {
    var input = process.getOutputStream();
    input.write((requests + "\n").getBytes(StandardCharsets.US_ASCII));
    input.flush();
  }

  /** Waits until it was billed for this number of requests since its start. */
  void awaitBilled(int requests) throws Exception {
    while (billed() < billedBefore + requests) {
      assertTrue(process.isAlive(), this::failure);
      Thread.sleep(1);
    }
  }

  private long billed() throws IOException {
    return Files.exists(bill) ? Files.size(bill) / CrashGateway.BILL_LINE_BYTES : 0;
  }

  /** The upstream's bill for its requests. */
  long billNanos() throws IOException {
    // A line that the kill cut short is one that the upstream did not get to.
    var text = Files.readString(bill);
    return text.substring(0, text.lastIndexOf('\n') + 1).lines().mapToLong(Long::parseLong).sum();
  }

  void kill() throws InterruptedException {
    process.destroyForcibly().waitFor();
  }

  private String failure() {
    try {
      return run + ": " + Files.readString(errors());
    } catch (IOException e) {
      return run + ": " + e;
    }
  }
}
