package io.nexus.server;

import static io.nexus.server.GatewayBox.CHAT;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.nexus.server.mock.Upstream;
import io.nexus.server.mock.UpstreamReply;
import io.nexus.server.mock.UpstreamUsage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Each row of the table in docs/prices.md is charged as stated, in one piece and as a stream. */
class ChargedExamplesTest {

  private static final String CONFIG =
      "[budget]\nmonthly_limit = 100\n"
          + GatewayBox.ONE_CLOUD
          + """
          cached_input = 0.25
          cache_write = 3.125
          cache_write_1h = 5
          image_output = 40
          [pricing.fees]
          search = 0.01
          """;
  private static final String BEGIN = "| they send | `usage` | charged, USD |";
  private static final String ANSWER =
      "{\"choices\":[{\"index\":0,\"%s\":{\"content\":\"hello\"},\"finish_reason\":\"stop\"}]%s}";

  record Row(String what, String usage, String usd) {}

  private static List<Row> rows() throws IOException {
    var lines = Files.readAllLines(Path.of("../docs/prices.md"));
    return lines.subList(lines.indexOf(BEGIN) + 2, lines.size()).stream()
        .takeWhile(line -> !line.isEmpty())
        .map(line -> line.split(" \\| |^\\| | \\|$", -1))
        .map(cells -> new Row(cells[1], cells[2].replace("`", ""), cells[3]))
        .toList();
  }

  @ParameterizedTest
  @MethodSource("rows")
  void example_ofTheDocs_costsWhatTheySay(Row row) throws Exception {
    var usage = ",\"usage\":" + row.usage();
    var whole = ANSWER.formatted("message", usage);
    var stream =
        "data: "
            + ANSWER.formatted("delta", "")
            + "\n\ndata: {\"choices\":[]"
            + usage
            + "}\n\ndata: [DONE]\n\n";
    var none = UpstreamUsage.of(0, 0);
    try (Upstream upstream =
            Upstream.start(
                request -> UpstreamReply.json(200, request.streaming() ? stream : whole, none));
        GatewayBox box = GatewayBox.start(CONFIG, upstream)) {
      var answer = box.connect().post(CHAT, GatewayBox.ask("\"max_tokens\":2000"));
      assertEquals(row.usd(), Chats.header(answer, "X-Nexus-Cost"), row::what);
      var ask = GatewayBox.ask("\"max_tokens\":2000", "\"stream\":true");
      assertEquals(200, box.connect().post(CHAT, ask).status());
      long spent = GatewayBox.nanos(box.idle().at("/budget/current_spending_usd"));
      long nanos = new java.math.BigDecimal(row.usd()).movePointRight(9).longValueExact();
      assertEquals(2 * nanos, spent, row::what);
    }
  }
}
