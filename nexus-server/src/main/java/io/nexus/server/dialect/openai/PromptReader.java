package io.nexus.server.dialect.openai;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.nexus.control.money.PriceKind;
import io.nexus.control.money.Prompt;
import io.nexus.control.money.TokenKinds;
import io.nexus.server.dialect.Json;
import io.nexus.server.http.ApiException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * Collects what of a request is counted as input, and how much more of it there may be. One reader
 * serves one request.
 */
public final class PromptReader {

  private static final FieldNames MESSAGE =
      new FieldNames("role", "content", "name", "audio", "tool_calls", "function_call", "refusal");
  private static final FieldNames PART =
      new FieldNames("type", "text", "image_url", "input_audio", "file", "refusal");
  private static final FieldNames IMAGE = new FieldNames("url", "detail");
  private static final FieldNames DATA =
      new FieldNames("data", "format", "file_id", "file_data", "file_url", "filename", "url", "id");

  /**
   * A file may say more than its size tells, since most are compressed, and a page is shown as an
   * image too: a PDF file of one page and 1 KB is billed some 2,000 tokens.
   */
  private static final int FILE_TOKENS_A_BYTE = 8;

  private static final int FILE_TOKENS = 4784;

  private final byte[] body;
  private final JsonParser json;
  private final Nested nested;
  private final List<String> texts = new ArrayList<>();
  private final List<String> definitions = new ArrayList<>();
  private final List<Prompt.Image> images = new ArrayList<>();
  private final Set<String> unbounded = new LinkedHashSet<>();
  private int messages;
  private int names;
  private long ids;
  private long attachmentBytes;
  private long moreTokens;
  private boolean audio;
  private TokenKinds kinds = TokenKinds.TEXT;

  public PromptReader(byte[] body, JsonParser json) {
    this.body = body;
    this.json = json;
    this.nested = new Nested(json, this);
  }

  /** What is counted. */
  public Prompt read() {
    return new Prompt(messages, names, texts, definitions, images, attachmentBytes, ids);
  }

  /** The tokens that there may be beyond it. */
  public long moreTokens() {
    return moreTokens;
  }

  /** The fields whose size the body does not show, the first first. */
  public Set<String> unbounded() {
    return unbounded;
  }

  /** Whether a message has audio. */
  public boolean audio() {
    return audio;
  }

  /**
   * The kinds of tokens that the request can use.
   *
   * @param sound whether there is sound in it
   */
  public TokenKinds kinds(boolean sound) {
    if (!unbounded.isEmpty() || kinds.equals(TokenKinds.ALL)) {
      return TokenKinds.ALL;
    }
    var all = sound ? TokenKinds.TEXT_AND_AUDIO : TokenKinds.TEXT;
    return images.isEmpty() ? all : all.with(PriceKind.INPUT_IMAGE).with(PriceKind.CACHED_IMAGE);
  }

  /** It can use these, too. */
  public void kinds(TokenKinds others) {
    kinds = others;
  }

  /** Reads the array of messages; the parser stands at its beginning, and then at its end. */
  public void messages() throws IOException {
    while (json.nextToken() != JsonToken.END_ARRAY) {
      if (json.currentToken() != JsonToken.START_OBJECT) {
        throw ApiException.badRequest("messages", "Each of 'messages' must be an object.");
      }
      messages++;
      message();
    }
    if (messages == 0) {
      throw ApiException.badRequest("messages", "'messages' must have at least one message.");
    }
  }

  /** Takes a text as it is written, a tool's definition or a schema. */
  public String definition(int from, int to) {
    var text = new String(body, from, to - from, StandardCharsets.UTF_8);
    definitions.add(text);
    return text;
  }

  /** Takes every string below the value where the parser stands, and what is around them. */
  public void everything(String path) throws IOException {
    nested.read(path, true);
  }

  /** Takes a text that the model is shown. */
  public void text(String text) {
    texts.add(text);
  }

  /** The id of a token. */
  void id() {
    ids++;
  }

  /** The characters of all texts so far. */
  public long chars() {
    return texts.stream().mapToLong(String::length).sum();
  }

  /** There may be so many tokens more. */
  public void more(long tokens) {
    moreTokens += tokens;
  }

  /** The field stands for something that is not in the body. */
  public void unbounded(String path) {
    unbounded.add(path);
  }

  /** A file or the like, in base64. */
  void file(int base64Chars) {
    long bytes = base64Chars * 3L / 4;
    kinds = TokenKinds.ALL;
    attachmentBytes += bytes;
    moreTokens += (FILE_TOKENS_A_BYTE - 1) * bytes + FILE_TOKENS;
  }

  private void message() throws IOException {
    long seen = 0;
    while (json.nextToken() != JsonToken.END_OBJECT) {
      var name = json.currentName();
      json.nextToken();
      seen = MESSAGE.note(name, seen, "messages.");
      switch (name) {
        case "content" -> content();
        case "name" -> {
          names++;
          nested.read("messages.name", true);
        }
        case "audio" -> earlierAudio();
        case "tool_calls", "function_call" -> nested.read("messages." + name, false);
        case "role", "refusal" -> nested.read("messages", true);
        default -> {
          more(name.getBytes(StandardCharsets.UTF_8).length);
          nested.read("messages." + name, true);
        }
      }
    }
  }

  private void content() throws IOException {
    switch (json.currentToken()) {
      case VALUE_STRING -> texts.add(json.getText());
      case VALUE_NULL -> {}
      case START_ARRAY -> {
        while (json.nextToken() != JsonToken.END_ARRAY) {
          if (json.currentToken() == JsonToken.START_OBJECT) {
            part();
          } else {
            nested.read("messages.content", true);
          }
        }
      }
      default ->
          throw ApiException.badRequest(
              "messages", "A message's 'content' must be a string, an array or null.");
    }
  }

  private void part() throws IOException {
    long seen = 0;
    while (json.nextToken() != JsonToken.END_OBJECT) {
      var name = json.currentName();
      json.nextToken();
      seen = PART.note(name, seen, "messages.content.");
      switch (name) {
        case "type" -> json.skipChildren();
        case "image_url" -> image();
        case "input_audio" -> {
          audio = true;
          data("messages.content.input_audio");
        }
        case "file" -> data("messages.content.file");
        default -> nested.read("messages.content." + name, true);
      }
    }
  }

  /** An answer in sound that the provider made before, and keeps. */
  private void earlierAudio() throws IOException {
    if (json.currentToken() == JsonToken.VALUE_NULL) {
      return;
    }
    audio = true;
    if (json.currentToken() == JsonToken.START_OBJECT) {
      data("messages.audio");
    } else {
      nested.read("messages.audio", true);
    }
  }

  private void image() throws IOException {
    boolean lowDetail = false;
    boolean other = false;
    if (json.currentToken() == JsonToken.START_OBJECT) {
      long seen = 0;
      while (json.nextToken() != JsonToken.END_OBJECT) {
        var name = json.currentName();
        json.nextToken();
        seen = IMAGE.note(name, seen, "messages.content.image_url.");
        if (json.currentToken() == JsonToken.VALUE_STRING) {
          if (name.equals("detail")) {
            lowDetail = json.getText().equals("low");
          } else if (name.equals("url")) {
            other = isNoImage();
          }
        }
        json.skipChildren();
      }
    } else {
      other = json.currentToken() == JsonToken.VALUE_STRING && isNoImage();
      json.skipChildren();
    }
    if (!other) {
      images.add(new Prompt.Image(lowDetail));
    }
  }

  /** Some servers take films and documents as images. */
  private boolean isNoImage() throws IOException {
    var start = start("data:image/".length());
    if (!start.startsWith("data:")
        || start.startsWith("data:image/")
        || start.startsWith("data:;")) {
      return false;
    }
    file(json.getTextLength());
    return true;
  }

  /** Sound or a file: data, or what stands for data that is elsewhere. */
  private void data(String path) throws IOException {
    if (json.currentToken() != JsonToken.START_OBJECT) {
      nested.read(path, true);
      return;
    }
    long seen = 0;
    while (json.nextToken() != JsonToken.END_OBJECT) {
      var name = json.currentName();
      json.nextToken();
      seen = DATA.note(name, seen, path + ".");
      boolean text = json.currentToken() == JsonToken.VALUE_STRING;
      switch (name) {
        case "data" -> {
          if (text && !isElsewhere()) {
            attachmentBytes += json.getTextLength() * 3L / 4;
          } else {
            standsFor(path + ".data");
          }
        }
        case "file_data" -> {
          if (text && !isElsewhere()) {
            file(json.getTextLength());
          } else {
            standsFor(path + ".file_data");
          }
        }
        case "file_id", "file_url", "url", "id" -> standsFor(path + "." + name);
        default -> nested.read(path + "." + name, true);
      }
    }
  }

  private void standsFor(String path) throws IOException {
    if (json.currentToken() == JsonToken.VALUE_STRING && start(5).equals("data:")) {
      file(json.getTextLength());
    } else if (json.currentToken() != JsonToken.VALUE_NULL) {
      unbounded.add(path);
    }
    json.skipChildren();
  }

  private boolean isElsewhere() throws IOException {
    return start(64).contains("://");
  }

  /** How the string begins at which the parser stands, which may be of megabytes. */
  String start(int chars) throws IOException {
    int from = Json.start(json) + 1;
    int to = from;
    while (to - from < chars && to < body.length && body[to] != '"') {
      if (body[to] == '\\') {
        var text = json.getText();
        return text.substring(0, Math.min(chars, text.length()));
      }
      to++;
    }
    return new String(body, from, to - from, StandardCharsets.UTF_8);
  }
}
