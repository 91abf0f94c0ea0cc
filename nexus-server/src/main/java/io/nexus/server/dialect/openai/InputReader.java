package io.nexus.server.dialect.openai;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.nexus.server.dialect.request.PromptParts;
import io.nexus.server.dialect.request.RequestFields;
import io.nexus.server.http.ApiException;
import java.io.IOException;

/**
 * Reads one text or several: a string, the ids of its tokens, or a list of either. One reader
 * serves one request.
 */
public final class InputReader {

  private final JsonParser json;
  private final PromptParts prompt;
  private int inputs;

  /** A reader that adds the texts to the prompt. */
  public InputReader(JsonParser json, PromptParts prompt) {
    this.json = json;
    this.prompt = prompt;
  }

  /** The number of texts. */
  public int inputs() {
    return inputs;
  }

  /** Reads a field; the parser stands at its value. */
  public void read(String name) throws IOException {
    switch (json.currentToken()) {
      case VALUE_STRING -> one();
      case START_ARRAY -> {
        boolean ids = false;
        while (json.nextToken() != JsonToken.END_ARRAY) {
          ids |= json.currentToken() == JsonToken.VALUE_NUMBER_INT;
          element(name);
        }
        inputs += ids ? 1 : 0;
      }
      default -> throw wrong(name);
    }
  }

  private void element(String name) throws IOException {
    switch (json.currentToken()) {
      case VALUE_STRING -> one();
      case VALUE_NUMBER_INT -> prompt.id();
      case START_ARRAY -> {
        while (json.nextToken() != JsonToken.END_ARRAY) {
          if (json.currentToken() != JsonToken.VALUE_NUMBER_INT) {
            throw wrong(name);
          }
          prompt.id();
        }
        inputs++;
      }
      case START_OBJECT -> {
        prompt.everything(name);
        inputs++;
      }
      default -> throw wrong(name);
    }
  }

  private void one() throws IOException {
    prompt.text(json.getText());
    inputs++;
  }

  private static ApiException wrong(String name) {
    return RequestFields.wrongType(name, "a string, the ids of its tokens, or an array of either");
  }
}
