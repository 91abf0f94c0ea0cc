package io.nexus.server.mock;

import static io.nexus.server.mock.Wording.quoted;

import io.nexus.server.mock.UpstreamReply.Chunk;
import java.util.List;

/** Google's generateContent. A call is said whole, in the last event of a stream. */
record GeminiWording(Speech speech, UpstreamRequest request) implements Wording {

  @Override
  public String whole() {
    return end(speech.text());
  }

  @Override
  public String delta(String piece, boolean isFirst) {
    return speech.isCall() ? "" : chunk(text(piece), "", "");
  }

  @Override
  public List<Chunk> closing() {
    return List.of(new Chunk(end(speech.isCall() ? speech.text() : ""), 0));
  }

  @Override
  public boolean endsInDone() {
    return false;
  }

  private String end(String said) {
    UpstreamUsage used = speech.reported();
    String usage =
        """
        ,"usageMetadata":{"promptTokenCount":%d,"cachedContentTokenCount":%d,\
        "candidatesTokenCount":%d,"thoughtsTokenCount":%d,"totalTokenCount":%d}"""
            .formatted(
                used.prompt(),
                used.cached(),
                used.completion() - used.reasoning(),
                used.reasoning(),
                used.prompt() + used.completion());
    String part =
        speech.isCall()
            ? "{\"functionCall\":{\"name\":%s,\"args\":%s},\"thoughtSignature\":\"c2lnbmVk\"}"
                .formatted(quoted(speech.tool()), said)
            : text(said);
    String finish = ",\"finishReason\":\"" + (speech.isCut() ? "MAX_TOKENS" : "STOP") + "\"";
    return chunk(part, finish, usage);
  }

  private static String text(String text) {
    return "{\"text\":" + quoted(text) + "}";
  }

  private String chunk(String part, String finish, String usage) {
    return """
    {"candidates":[{"content":{"role":"model","parts":[%s]},"index":0%s}]%s,\
    "modelVersion":%s,"responseId":"r%d"}"""
        .formatted(part, finish, usage, quoted(request.model()), request.number());
  }
}
