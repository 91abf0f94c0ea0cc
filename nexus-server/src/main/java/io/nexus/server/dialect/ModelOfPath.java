package io.nexus.server.dialect;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.io.JsonStringEncoder;
import java.io.IOException;

/**
 * Puts the model that a path names into the body: Azure's paths name a deployment, and it is the
 * path that counts there, whatever model the body names.
 */
public final class ModelOfPath {

  private static final JsonFactory JSON = new JsonFactory();
  private static final String MODEL = "model";

  private ModelOfPath() {}

  /** The body with that model; the same if it has it already, or is no JSON object. */
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
          return body; // What it is instead is told to the client.
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
