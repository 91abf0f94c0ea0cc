package io.nexus.server.dialect.request;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.nexus.control.money.PriceKind;
import io.nexus.control.money.Prompt;
import io.nexus.control.money.TokenKinds;
import io.nexus.server.dialect.Json;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** Collects a request's counted input, and how much more there may be. For one request. */
public class PromptParts {

  /**
   * Files may have more tokens than bytes, since most are compressed, and pages are also shown as
   * images: a PDF file of one page and 1 KB is billed some 2,000 tokens.
   */
  private static final int FILE_TOKENS_A_BYTE = 8;

  private static final int FILE_TOKENS = 4784;

  /** The parser of the body, shared with the API's reader. */
  protected final JsonParser json;

  private final byte[] body;
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

  /** Starts empty. */
  public PromptParts(byte[] body, JsonParser json) {
    this.body = body;
    this.json = json;
    this.nested = new Nested(json, this);
  }

  /** Counts a message, which has an overhead of a few tokens. */
  public void message() {
    messages++;
  }

  /** The number of messages. */
  public int messageCount() {
    return messages;
  }

  /** Counts a message with a name. */
  public void name() {
    names++;
  }

  /** An image. */
  public void image(boolean lowDetail) {
    images.add(new Prompt.Image(lowDetail));
  }

  /** Notes audio in the request or in earlier turns. */
  public void hasAudio() {
    audio = true;
  }

  /** Adds an attachment in base64. */
  public void attachment(int base64Chars) {
    attachmentBytes += base64Chars * 3L / 4;
  }

  /**
   * Adds the current value, whose form is unknown.
   *
   * @param references whether names such as {@code file_id} in it mean something to the provider;
   *     in the arguments of a call they belong to the client
   */
  public void nested(String path, boolean references) throws IOException {
    nested.read(path, references);
  }

  /** The collected prompt. */
  public Prompt read() {
    return new Prompt(messages, names, texts, definitions, images, attachmentBytes, ids);
  }

  /** The possible tokens beyond it. */
  public long moreTokens() {
    return moreTokens;
  }

  /** The fields whose size the body does not show, in order. */
  public Set<String> unbounded() {
    return unbounded;
  }

  /** Whether it contains audio. */
  public boolean audio() {
    return audio;
  }

  /**
   * The kinds of tokens that the request can use.
   *
   * @param sound whether it contains audio
   */
  public TokenKinds kinds(boolean sound) {
    if (!unbounded.isEmpty() || kinds.equals(TokenKinds.ALL)) {
      return TokenKinds.ALL;
    }
    var all = sound ? TokenKinds.TEXT_AND_AUDIO : TokenKinds.TEXT;
    return images.isEmpty() ? all : all.with(PriceKind.INPUT_IMAGE).with(PriceKind.CACHED_IMAGE);
  }

  /** Adds kinds that it can use. */
  public void kinds(TokenKinds others) {
    kinds = others;
  }

  /** Adds a tool definition or schema as written. */
  public String definition(int from, int to) {
    var text = new String(body, from, to - from, StandardCharsets.UTF_8);
    definitions.add(text);
    return text;
  }

  /** Adds every string within the current value, and the JSON around them. */
  public void everything(String path) throws IOException {
    nested.read(path, true);
  }

  /** Adds a text that the model sees. */
  public void text(String text) {
    texts.add(text);
  }

  /** Counts a token given by its id. */
  public void id() {
    ids++;
  }

  /** The characters of all texts so far. */
  public long chars() {
    return texts.stream().mapToLong(String::length).sum();
  }

  /** Adds possible further tokens. */
  public void more(long tokens) {
    moreTokens += tokens;
  }

  /** Notes a field whose content is not in the body. */
  public void unbounded(String path) {
    unbounded.add(path);
  }

  /** A file or similar data, in base64. */
  public void file(int base64Chars) {
    long bytes = base64Chars * 3L / 4;
    kinds = TokenKinds.ALL;
    attachmentBytes += bytes;
    moreTokens += (FILE_TOKENS_A_BYTE - 1) * bytes + FILE_TOKENS;
  }

  /** Reads a reference to something not in the body, unless it contains the data as base64. */
  public void standsFor(String path) throws IOException {
    if (json.currentToken() == JsonToken.VALUE_STRING && start(5).equals("data:")) {
      file(json.getTextLength());
    } else if (json.currentToken() != JsonToken.VALUE_NULL) {
      unbounded.add(path);
    }
    json.skipChildren();
  }

  /** Whether the current string is an address. */
  public boolean isElsewhere() throws IOException {
    return start(64).contains("://");
  }

  /** The beginning of the current string, which may be megabytes long. */
  public String start(int chars) throws IOException {
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
