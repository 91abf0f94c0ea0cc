package io.nexus.server.dialect;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.io.JsonStringEncoder;
import java.io.IOException;

/**
 * Inserts the path's model into the body: Azure's paths name a deployment, which takes precedence
 * over a model in the body.
 */
public final class ModelOfPath {

  private static final JsonFactory JSON = new JsonFactory();
  private static final String MODEL = "model";

  private ModelOfPath() {}

  /** The body with that model; unchanged if it already has it, or is not a JSON object. */
  public static byte[] in(byte[] body, String model) {
    try (var json = JSON.createParser(body)) {
      if (json.nextToken() != JsonToken.START_OBJECT) {
        return body;
      }
      int start = (int) json.currentLocation().getByteOffset();
      boolean isEmpty = true;
      for (var next = json.nextToken(); next == JsonToken.FIELD_NAME; next = json.nextToken()) {
        isEmpty = false;
        boolean isModel = json.currentName().equals(MODEL);
        var value = json.nextToken();
        if (isModel && value == JsonToken.VALUE_STRING) {
          if (json.getText().equals(model)) {
            return body;
          }
          int from = (int) json.currentTokenLocation().getByteOffset();
          int to = (int) json.currentLocation().getByteOffset();
          return new Span(from, to).replaced(body, quoted(model));
        }
        if (isModel) {
          return body; // The error for the client is created later.
        }
        json.skipChildren();
      }
      var field = quoted(MODEL) + ":" + quoted(model) + (isEmpty ? "" : ",");
      return new Span(start, start).replaced(body, field);
    } catch (IOException e) {
      return body; // The dialect says what is wrong with it.
    }
  }

  private static String quoted(String text) {
    return '"' + new String(JsonStringEncoder.getInstance().quoteAsString(text)) + '"';
  }
}
