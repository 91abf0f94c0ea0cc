package io.nexus.server.demo;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nexus.control.money.Money;
import io.nexus.server.cli.NexusCommand;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.HttpURLConnection;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The demo through the command line, over real sockets. */
final class DemoTest {

  private static final Pattern TOTAL =
      Pattern.compile("counted \\$([0-9.]+); the simulated cloud's own bill is \\$([0-9.]+):");

  private record Ended(int exit, String out, String err) {}

  private static Ended run(String... args) {
    var out = new StringWriter();
    var err = new StringWriter();
    int exit = NexusCommand.run(new PrintWriter(out), new PrintWriter(err), args);
    return new Ended(exit, out.toString(), err.toString());
  }

  @Test
  void demo_once_showsEveryStateAndCountsWhatTheCloudBills() {
    var ended = run("demo", "--once");

    assertEquals(0, ended.exit(), ended.err());
    var rows = rows(ended.out());
    assertEquals(TourStep.ALL.size(), rows.size(), ended.out());
    assertTrue(some(rows, "Normal", "(cloud)"), ended.out());
    assertTrue(some(rows, "gpt-4o ", "llama3:8b on local-sim (local)", "SoftLimit"), ended.out());
    assertTrue(some(rows, "gpt-4o messages", "(cloud)", "Normal"), ended.out());
    assertTrue(some(rows, "gpt-4o messages", "llama3:8b on local-sim (local)"), ended.out());
    assertTrue(some(rows, "HardLimit", "refused (503)", "left"), ended.out());
    assertTrue(some(rows, "answer cut to"), ended.out());
    assertTrue(rows.getLast().contains("(local)"), "free models are served to the end");

    var total = TOTAL.matcher(ended.out());
    assertTrue(total.find(), ended.out());
    var counted = Money.usd(total.group(1));
    assertEquals(Money.usd(total.group(2)), counted);
    assertTrue(counted.compareTo(Money.usd("0.0195")) > 0, "the budget is used, not stranded");
    assertTrue(counted.compareTo(Money.usd("0.02")) <= 0, "and not overspent");
    assertEquals(counted, sumOfCosts(rows));
    assertFalse(ended.out().contains("\u001b"), "no colours but on a terminal");
  }

  @Test
  void demo_twice_saysTheSame() {
    assertEquals(run("demo", "--once").out(), run("demo", "--once").out());
  }

  @Test
  void demo_portTaken_saysSoWithoutATrace() throws Exception {
    try (var taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      var ended = run("demo", "--once", "--port", Integer.toString(taken.getLocalPort()));
      assertEquals(1, ended.exit());
      assertTrue(
          ended.err().startsWith("nexus: server: 127.0.0.1:" + taken.getLocalPort() + ": "),
          ended.err());
      assertEquals(1, ended.err().lines().count(), ended.err());
    }
  }

  @Test
  void demo_console_showsTheToursRequests() throws Exception {
    try (var demo = Demo.start(0)) {
      assertTrue(new Tour(demo, new PrintWriter(new StringWriter()), false).run());
      var console = URI.create(demo.console());
      assertEquals("demo", console.getFragment());
      var page = get(console, "");
      assertEquals(200, page.getResponseCode());
      var requests = get(console.resolve("/admin/v1/requests"), "Bearer " + console.getFragment());
      assertEquals(200, requests.getResponseCode());
      var text = new String(requests.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      assertEquals(TourStep.ALL.size(), text.split("\"object\":\"request\"", -1).length - 1, text);
    }
  }

  private static HttpURLConnection get(URI address, String authorization) throws IOException {
    var connection = (HttpURLConnection) address.toURL().openConnection();
    connection.setRequestProperty("Authorization", authorization);
    return connection;
  }

  private static List<String> rows(String out) {
    return out.lines().filter(line -> line.matches("[ 0-9]\\d  .*")).toList();
  }

  private static boolean some(List<String> rows, String... parts) {
    return rows.stream().anyMatch(row -> List.of(parts).stream().allMatch(row::contains));
  }

  private static Money sumOfCosts(List<String> rows) {
    var sum = Money.ZERO;
    for (var row : rows) {
      var cost = Pattern.compile("\\d+ \\+ \\d+ +([0-9.]+) ").matcher(row);
      if (cost.find()) {
        sum = sum.plus(Money.usd(cost.group(1)));
      }
    }
    return sum;
  }
}
