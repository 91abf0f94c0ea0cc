package io.nexus.server.dialect.anthropic.messages;

import com.fasterxml.jackson.core.JsonToken;
import io.nexus.server.dialect.Binary;
import io.nexus.server.dialect.OutputMeter;
import io.nexus.server.dialect.ReusableJsonParser;
import java.io.IOException;

/**
 * Finds the generated text in blocks and their deltas: text, reasoning, names and arguments of
 * calls, summaries. It leaves out signatures and other sealed or binary data, citations, and
 * results of the provider's tools, which are input.
 *
 * <p>For one answer; not for concurrent use.
 */
final class BlockText {

  private static final String SEARCH = "web_search";

  private final OutputMeter meter;
  private int searches;

  BlockText(OutputMeter meter) {
    this.meter = meter;
  }

  /** The number of searches, the only tool of the provider that is billed by the call. */
  int searches() {
    return searches;
  }

  /** Reads a block; the parser stands at it, and then at its end. */
  void block(ReusableJsonParser json) throws IOException {
    if (json.currentToken() != JsonToken.START_OBJECT) {
      json.skipChildren();
      return;
    }
    boolean found = false;
    boolean atProvider = false;
    boolean isSearch = false;
    while (json.nextToken() == JsonToken.FIELD_NAME) {
      var name = json.currentName();
      json.nextToken();
      if (name.equals("type") && json.currentToken() == JsonToken.VALUE_STRING) {
        var type = json.getText();
        found = type.endsWith("_result");
        atProvider = type.equals("server_tool_use");
      } else if (found) {
        json.skipChildren();
      } else {
        isSearch |= name.equals("name") && SEARCH.equals(json.getValueAsString());
        field(name, json);
      }
    }
    searches += atProvider && isSearch ? 1 : 0;
  }

  /** Reads a field of a block or of a delta. */
  void field(String name, ReusableJsonParser json) throws IOException {
    switch (name) {
      case "text", "thinking", "partial_json", "content", "name" -> {
        if (json.currentToken() == JsonToken.VALUE_STRING) {
          text(json);
        } else {
          json.skipChildren();
        }
      }
      case "input" -> everything(json);
      default -> json.skipChildren();
    }
  }

  /** Reads the arguments of a call, all of which was generated. */
  private void everything(ReusableJsonParser json) throws IOException {
    int depth = 0;
    do {
      switch (json.currentToken()) {
        case START_OBJECT, START_ARRAY -> depth++;
        case END_OBJECT, END_ARRAY -> depth--;
        case VALUE_STRING, FIELD_NAME, VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> text(json);
        default -> {}
      }
    } while (depth > 0 && json.nextToken() != null);
  }

  private void text(ReusableJsonParser json) throws IOException {
    Binary.feed(json.getTextCharacters(), json.getTextOffset(), json.getTextLength(), true, meter);
  }
}
