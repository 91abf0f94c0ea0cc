package io.nexus.server;

import io.nexus.server.dialect.usage.UsageShape;
import io.nexus.server.dialect.usage.Used;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;

/** Real inputs for {@link FuzzedGateway}, from which others are made. */
final class FuzzSeeds {

  /** Of a long stream the beginning says as much. */
  private static final int MOST_BYTES = 1500;

  private static final String[] FILES = {
    "01-both-names-zero.json",
    "04-cache-names-of-anthropic.json",
    "06-cost-of-provider.json",
    "10-zero-usage-last.sse",
    "11-data-on-several-lines.sse",
    "12-usage-in-choice.sse",
  };

  private static final String[] BODIES = {
    "{\"error\":{\"message\":\"no\",\"type\":\"server_error\",\"code\":\"overloaded\"}}",
    "data: {\"error\":{\"message\":\"no\",\"code\":429}}\n\ndata: [DONE]\n\n",
    "event: error\ndata: {\"type\":\"error\"}\n\n",
    // It says that it is over, and then breaks off.
    "event: message\n\ndata: [DONE]\n\ndata",
    "{\"base_resp\":{\"status_code\":1004,\"status_msg\":\"no\"}}",
    "<html><body>502 Bad Gateway</body></html>",
    "{\"choices\":[{\"message\":{\"content\":\"one two three four\",\"reasoning\":\"so it is\","
        + "\"tool_calls\":[{\"function\":{\"name\":\"f\",\"arguments\":{\"a\":[1,true]}}}],"
        + "\"images\":[{\"image_url\":{\"url\":\"data:image/png;base64,AAAA\"}}],"
        + "\"audio\":{\"data\":\"AAAA\",\"transcript\":\"hi there\"}},\"finish_reason\":\"length\"}],"
        + "\"usage\":{\"cost\":{\"total_cost\":0.01,\"currency\":\"USD\"},\"is_byok\":true,"
        + "\"cost_details\":{\"upstream_inference_cost\":0.2}}}",
    "data: {\"choices\":[{\"index\":1,\"delta\":{\"content\":\"one two three four\"}}]}\r\n\r\n"
        + ": ping\r\nid: 1\r\nretry: 3\r\ndata: {\"choices\":[{\"index\":0,\"delta\":{},"
        + "\"finish_reason\":\"stop\"}]}\r\n\r\ndata: [DONE]\r\n\r\n",
    """
    data: {"choices":[{"text":"one two three four ","logprobs":null}]}
    data: {"choices":[{"text":"five","finish_reason":"stop"}],"usage":null}
    """,
  };

  private static final String[] REQUESTS = {
    "{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":[{\"type\":\"text\",\"text\":\"Hi\"},"
        + "{\"type\":\"image_url\",\"image_url\":{\"url\":\"https://x/y.png\",\"detail\":\"low\"}},"
        + "{\"type\":\"file\",\"file\":{\"file_id\":\"f\"}}]}],\"stream\":false,\"n\":2,"
        + "\"max_tokens\":5,\"tools\":[{\"type\":\"function\",\"function\":{\"name\":\"f\"}}],"
        + "\"web_search_options\":{},\"service_tier\":\"auto\",\"user\":\"u\"}",
    "{\"model\":\"m\",\"prompt\":[\"a\",\"b\"],\"best_of\":3,\"echo\":true,\"suffix\":\"c\","
        + "\"max_tokens\":5,\"stream_options\":{\"include_usage\":true}}",
    "{\"model\":\"m\",\"input\":[[1,2,3],\"text\"],\"encoding_format\":\"base64\"}",
    "{\"model\":\"m\",\"input\":[{\"type\":\"text\",\"text\":\"bad\"}]}",
  };

  private FuzzSeeds() {}

  /** All of them. */
  static List<byte[]> all() throws IOException {
    var all = new ArrayList<byte[]>();
    var bodies = new ArrayList<byte[]>();
    for (var file : FILES) {
      try (InputStream in = FuzzSeeds.class.getResourceAsStream("providers/" + file)) {
        bodies.add(Objects.requireNonNull(in, file).readNBytes(MOST_BYTES));
      }
    }
    for (var body : BODIES) {
      bodies.add(body.getBytes(StandardCharsets.UTF_8));
    }
    for (var shape : UsageShape.values()) {
      var usage = shape.object(shape.told(Used.any(new Random(7))));
      bodies.add(("{\"choices\":[],\"usage\":" + usage + "}").getBytes(StandardCharsets.UTF_8));
    }
    for (var body : bodies) {
      boolean events = body[0] == 'd' || body[0] == 'e';
      for (int how = events ? 1 : 0; how < 8; how += events ? 2 : 1) {
        all.add(input(how, (events ? 1 : 0) | (how * 5 & 0xC), body));
      }
    }
    // One document under the type of a stream, which tells what was used and nothing else.
    all.add(input(0, 1, bodies.getLast()));
    for (int i = 0; i < REQUESTS.length; i++) {
      all.add(input(0xC0 | i, 0, REQUESTS[i].getBytes(StandardCharsets.UTF_8)));
    }
    return all;
  }

  private static byte[] input(int how, int kind, byte[] body) {
    var input = new ByteArrayOutputStream();
    input.write(how);
    input.write(kind);
    input.writeBytes(body);
    return input.toByteArray();
  }

  /** Writes them to a folder, a file each. */
  static void writeTo(Path folder) throws IOException {
    Files.createDirectories(folder);
    int number = 0;
    for (var seed : all()) {
      Files.write(folder.resolve("seed" + number++), seed);
    }
  }
}
