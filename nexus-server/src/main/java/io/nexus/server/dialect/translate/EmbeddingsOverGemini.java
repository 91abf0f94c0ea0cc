package io.nexus.server.dialect.translate;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.nexus.control.routing.Api;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Base64;

/** Translates OpenAI's embeddings to Google's batchEmbedContents. */
final class EmbeddingsOverGemini implements Translation {

  @Override
  public Api from() {
    return Api.EMBEDDINGS;
  }

  @Override
  public Api to() {
    return Api.GEMINI_EMBEDDINGS;
  }

  @Override
  public Said say(ObjectNode request, Target target, Wording wording) {
    var fields = Fields.of(wording, request, "");
    var model = fields.text("model");
    var dimensions = fields.take("dimensions");
    var requests = Tree.array();
    for (var text : texts(fields)) {
      var one = Tree.object("model", "models/" + model);
      one.set("content", Tree.object().set("parts", Tree.array().add(Tree.object("text", text))));
      if (dimensions != null) {
        one.set("outputDimensionality", dimensions);
      }
      requests.add(one);
    }
    var format = fields.text("encoding_format", "float");
    if (!format.equals("float") && !format.equals("base64")) {
      throw fields.refusal("encoding_format");
    }
    fields.hints("user");
    fields.end();
    var way = new Way(model, format.equals("base64"), target.inputTokens());
    return new Said(
        model + ":batchEmbedContents",
        Tree.object().set("requests", requests),
        wording.omitted(),
        way);
  }

  /** Reads the texts; token ids are refused, since they belong to another vocabulary. */
  private static String[] texts(Fields fields) {
    var input = fields.take("input");
    if (input == null) {
      throw Wording.wrong("input", "a string or a list");
    }
    if (input.isTextual()) {
      return new String[] {input.textValue()};
    }
    var texts = new String[input.size()];
    for (int i = 0; i < texts.length; i++) {
      if (!input.get(i).isTextual()) {
        throw fields.refusal("input");
      }
      texts[i] = input.get(i).textValue();
    }
    return texts;
  }

  private record Way(String model, boolean packed, long inputTokens) implements Back {

    @Override
    public ObjectNode answer(ObjectNode answer) {
      var data = Tree.array();
      for (var each : answer.path("embeddings")) {
        var one = Tree.object("object", "embedding").put("index", data.size());
        if (packed) {
          data.add(one.put("embedding", packed(each.path("values"))));
        } else {
          data.add(
              one.set(
                  "embedding", each.path("values") instanceof ArrayNode all ? all : Tree.array()));
        }
      }
      var list = Tree.object("object", "list");
      list.set("data", data);
      list.put("model", model);
      var said = answer.path("usageMetadata");
      long counted = Tree.countAt(said, "promptTokenCount");
      long tokens = counted > 0 ? counted : inputTokens;
      var usage = Tree.object().put("prompt_tokens", tokens).put("total_tokens", tokens);
      if (said.has("cost")) {
        usage.set("cost", said.get("cost"));
      }
      return list.set("usage", usage);
    }

    /** Packs a vector as OpenAI does: numbers of 32 bits, little-endian. */
    private static String packed(JsonNode values) {
      var bytes = ByteBuffer.allocate(Float.BYTES * values.size()).order(ByteOrder.LITTLE_ENDIAN);
      values.forEach(value -> bytes.putFloat(value.floatValue()));
      return Base64.getEncoder().encodeToString(bytes.array());
    }

    @Override
    public EventTranslation events(long tokens) {
      throw new IllegalStateException("nothing is generated, so nothing is streamed");
    }
  }
}
