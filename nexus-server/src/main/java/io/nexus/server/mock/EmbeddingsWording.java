package io.nexus.server.mock;

import static io.nexus.server.mock.Wording.quoted;

import com.fasterxml.jackson.databind.JsonNode;
import io.nexus.server.mock.UpstreamReply.Chunk;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** OpenAI's embeddings: the vector (1, 2) for each input. There are no streams of them. */
record EmbeddingsWording(Speech speech, UpstreamRequest request) implements Wording {

  @Override
  public String whole() {
    JsonNode json = request.json();
    JsonNode input = json.path("input");
    int count = input.isArray() && !input.path(0).isNumber() ? input.size() : 1;
    String vector =
        json.path("encoding_format").asText().equals("base64") ? "\"AACAPwAAAEA=\"" : "[1.0,2.0]";
    String data =
        IntStream.range(0, count)
            .mapToObj(
                i ->
                    "{\"object\":\"embedding\",\"index\":%d,\"embedding\":%s}".formatted(i, vector))
            .collect(Collectors.joining(","));
    return """
    {"object":"list","model":%s,"data":[%s],"usage":{"prompt_tokens":%d,"total_tokens":%3$d}}"""
        .formatted(quoted(request.model()), data, speech.reported().prompt());
  }

  @Override
  public String delta(String piece, boolean isFirst) {
    return "";
  }

  @Override
  public List<Chunk> closing() {
    return List.of();
  }

  @Override
  public boolean endsInDone() {
    return false;
  }
}
