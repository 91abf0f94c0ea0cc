package io.nexus.server.dialect.usage;

import com.fasterxml.jackson.core.JsonToken;
import io.nexus.server.dialect.ProviderError;
import io.nexus.server.dialect.ReusableJsonParser;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * Finds the error in a document that may be one: {@code {"error":{...}}}, {@code {"error":"text"}},
 * {@code {"object":"error",...}}, {@code {"detail":...}}, {@code {"code":...,"message":...}} and
 * other forms that providers send with status 200. Some of these are errors only if there is no
 * choice. Not for concurrent use.
 */
public final class ErrorReader {

  private static final int LONGEST_MESSAGE = 2000;
  private static final int NO_STATUS = 0;
  private static final int BAD_REQUEST = 400;
  private static final int BAD_GATEWAY = 502;

  private boolean certain;
  private boolean likely;
  private boolean coded;
  private boolean worded;
  private int status;
  private String message = "";

  /** Begins another document. */
  public void begin() {
    certain = false;
    likely = false;
    coded = false;
    worded = false;
    status = NO_STATUS;
    message = "";
  }

  /** The error found; null if none. */
  public @Nullable ProviderError found(boolean hasChoices) {
    if (!certain && (hasChoices || !(likely || (coded && worded)))) {
      return null;
    }
    return new ProviderError(status == NO_STATUS ? BAD_GATEWAY : status, message);
  }

  /** Whether a name is one of the fields of errors. */
  public static boolean isName(String name) {
    return switch (name) {
      case "error",
          "errors",
          "detail",
          "success",
          "object",
          "type",
          "base_resp",
          "code",
          "status",
          "status_code",
          "error_code",
          "errcode",
          "errno",
          "message",
          "msg",
          "error_message",
          "error_msg",
          "errmsg" ->
          true;
      default -> false;
    };
  }

  /** Marks the document as an error, as its event's name says. */
  public void named() {
    certain = true;
  }

  /**
   * Reads a field of the document, if errors have it; the parser stands at its value, and then at
   * its end.
   */
  public void field(String name, ReusableJsonParser json) throws IOException {
    switch (name) {
      case "error" -> {
        if (isSomething(json)) {
          certain = true;
          describe(json);
        }
      }
      case "errors", "detail" -> {
        if (isSomething(json)) {
          likely = true;
          describe(json);
        }
      }
      case "success" -> coded |= json.currentToken() == JsonToken.VALUE_FALSE;
      case "object", "type" -> certain |= isTheWord(json);
      case "base_resp" -> minimax(json);
      case "code", "status", "status_code", "error_code", "errcode", "errno" -> {
        coded |= isSomething(json);
        code(json);
      }
      case "message", "msg", "error_message", "error_msg", "errmsg" -> {
        worded |= json.currentToken() == JsonToken.VALUE_STRING;
        say(json);
      }
      default -> {}
    }
    json.skipChildren();
  }

  /** Whether a value is {@code "error"}. */
  public static boolean isTheWord(ReusableJsonParser json) throws IOException {
    return json.currentToken() == JsonToken.VALUE_STRING
        && json.getTextLength() == "error".length()
        && json.getText().equals("error");
  }

  private static boolean isSomething(ReusableJsonParser json) throws IOException {
    return switch (json.currentToken()) {
      case VALUE_NULL, VALUE_FALSE -> false;
      case VALUE_STRING -> json.getTextLength() > 0;
      case VALUE_NUMBER_INT -> json.getTextLength() != 1 || json.getText().charAt(0) != '0';
      default -> true;
    };
  }

  /** Reads the message, the code and the kind of an error: a text, an object or a list. */
  private void describe(ReusableJsonParser json) throws IOException {
    int depth = 0;
    do {
      switch (json.currentToken()) {
        case START_OBJECT, START_ARRAY -> depth++;
        case END_OBJECT, END_ARRAY -> depth--;
        case VALUE_STRING, VALUE_NUMBER_INT -> {
          var name = json.currentName();
          if (depth == 0 || (depth == 1 && name == null)) {
            name = "message"; // the error itself, or one of a list
          }
          switch (name == null ? "" : name) {
            case "message", "msg", "detail" -> say(json);
            case "code", "status", "http_code" -> code(json);
            case "type" -> {
              if (status == NO_STATUS && json.getText().equals("invalid_request_error")) {
                status = BAD_REQUEST;
              }
            }
            default -> {}
          }
        }
        default -> {}
      }
    } while (depth > 0 && json.nextToken() != null);
  }

  /**
   * Reads MiniMax's {@code {"base_resp":{"status_code":1004,"status_msg":"..."}}}; 0 is no error.
   */
  private void minimax(ReusableJsonParser json) throws IOException {
    if (json.currentToken() != JsonToken.START_OBJECT) {
      return;
    }
    while (json.nextToken() == JsonToken.FIELD_NAME) {
      var name = json.currentName();
      json.nextToken();
      if (name.equals("status_code")) {
        likely |= json.currentToken() == JsonToken.VALUE_NUMBER_INT && isSomething(json);
      } else if (name.equals("status_msg")) {
        say(json);
      }
      json.skipChildren();
    }
  }

  private void say(ReusableJsonParser json) throws IOException {
    if (message.isEmpty() && json.currentToken() == JsonToken.VALUE_STRING) {
      var text = json.getText();
      message = text.length() <= LONGEST_MESSAGE ? text : text.substring(0, LONGEST_MESSAGE);
    }
  }

  private void code(ReusableJsonParser json) throws IOException {
    var text =
        switch (json.currentToken()) {
          case VALUE_STRING, VALUE_NUMBER_INT -> json.getTextLength() == 3 ? json.getText() : "";
          default -> "";
        };
    if (text.length() == 3
        && (text.charAt(0) == '4' || text.charAt(0) == '5')
        && Character.isDigit(text.charAt(1))
        && Character.isDigit(text.charAt(2))) {
      status = Integer.parseInt(text);
    }
  }
}
