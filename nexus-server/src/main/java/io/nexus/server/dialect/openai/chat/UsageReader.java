package io.nexus.server.dialect.openai.chat;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.nexus.control.money.Usage;
import java.io.IOException;

/**
 * Reads a {@code usage} object of OpenAI's dialect, with the names that other providers have for
 * what they add: DeepSeek's {@code prompt_cache_hit_tokens}, OpenRouter's {@code
 * cache_write_tokens}.
 */
final class UsageReader {

  /** No answer has as many; a backend that reports more must not make the sums overflow. */
  private static final long MOST_TOKENS = 1_000_000_000;

  private long input;
  private long cached;
  private long cacheWrite;
  private long audioInput;
  private long output;
  private long reasoning;
  private long audioOutput;

  private UsageReader() {}

  /** Reads the object that begins at the current token; the parser then stands at its end. */
  static Usage read(JsonParser json) throws IOException {
    var reader = new UsageReader();
    reader.object(json, "");
    return new Usage(
        reader.input,
        reader.cached,
        reader.cacheWrite,
        reader.audioInput,
        reader.output,
        reader.reasoning,
        reader.audioOutput);
  }

  private void object(JsonParser json, String parent) throws IOException {
    while (json.nextToken() == JsonToken.FIELD_NAME) {
      var name = json.currentName();
      switch (json.nextToken()) {
        case START_OBJECT -> object(json, name);
        case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT ->
            number(parent, name, (long) json.getDoubleValue());
        default -> json.skipChildren();
      }
    }
  }

  private void number(String parent, String name, long reported) {
    long tokens = Math.min(reported, MOST_TOKENS);
    boolean outputSide = parent.startsWith("completion") || parent.startsWith("output");
    switch (name) {
      case "prompt_tokens", "input_tokens" -> input = tokens;
      case "completion_tokens", "output_tokens" -> output = tokens;
      case "cached_tokens", "prompt_cache_hit_tokens" -> cached = tokens;
      case "cache_write_tokens", "cache_creation_tokens" -> cacheWrite = tokens;
      case "reasoning_tokens" -> reasoning = tokens;
      case "audio_tokens" -> {
        if (outputSide) {
          audioOutput = tokens;
        } else {
          audioInput = tokens;
        }
      }
      default -> {}
    }
  }
}
