package io.nexus.control.routing;

import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The APIs that clients call; each has its own format and way of billing. */
public enum Api {
  /** OpenAI's chat completions. */
  CHAT("chat", Paid.BY_OUTPUT, null),
  /** OpenAI's older completions of a text, fill-in-the-middle among them. */
  COMPLETIONS("completions", Paid.BY_OUTPUT, null),
  /** Embeddings, which have input and no output. */
  EMBEDDINGS("embeddings", Paid.BY_INPUT, null),
  /** Moderations, which no provider charges for. */
  MODERATIONS("moderations", Paid.NOT, null),
  /** Anthropic's messages. */
  MESSAGES("messages", Paid.BY_OUTPUT, null),
  /** The counting of a message's tokens. */
  MESSAGES_COUNT("messages_count", Paid.NOT, MESSAGES),
  /** OpenAI's responses. */
  RESPONSES("responses", Paid.BY_OUTPUT, null),
  /** The compaction of a conversation, which other APIs lack. */
  RESPONSES_COMPACT("responses_compact", Paid.BY_OUTPUT, RESPONSES),
  /** The counting of a response's input. */
  RESPONSES_COUNT("responses_count", Paid.NOT, RESPONSES),
  /** Google's generateContent, in one piece or as a stream. */
  GEMINI("gemini", Paid.BY_OUTPUT, null),
  /** The counting of the tokens of a generateContent. */
  GEMINI_COUNT("gemini_count", Paid.NOT, GEMINI),
  /** Google's embedContent. */
  GEMINI_EMBEDDINGS("gemini_embeddings", Paid.BY_INPUT, GEMINI),
  /** Images that are generated or edited. */
  IMAGES("images", Paid.BY_UNIT, null),
  /** Text that is spoken. */
  SPEECH("speech", Paid.BY_UNIT, null),
  /** Speech that is transcribed, in its language or into English. */
  TRANSCRIPTIONS("transcriptions", Paid.BY_UNIT, null),
  /** Documents that are ranked by relevance to a query. */
  RERANK("rerank", Paid.BY_UNIT, null);

  /** What is billed. */
  private enum Paid {
    BY_OUTPUT,
    BY_INPUT,
    /** By image, character, second or search, or by tokens that represent these. */
    BY_UNIT,
    NOT
  }

  private final String label;
  private final Paid paid;
  private final @Nullable Api family;

  Api(String label, Paid paid, @Nullable Api family) {
    this.label = label;
    this.paid = paid;
    this.family = family;
  }

  /** The APIs that can be configured for a backend: each stands for its family. */
  public static List<Api> families() {
    return Arrays.stream(values()).filter(api -> api.family == null).toList();
  }

  /** Its name in the configuration, in metrics and in records. */
  public String label() {
    return label;
  }

  /** Its name in messages to people, as in "the Messages API"; a part has that of its family. */
  public String title() {
    return switch (family()) {
      case MESSAGES -> "Messages";
      case RESPONSES -> "Responses";
      case GEMINI -> "Gemini";
      default -> label;
    };
  }

  /** What its requests ask for, in messages to people, as in "does not serve embeddings". */
  public String task() {
    return switch (this) {
      case MESSAGES_COUNT, RESPONSES_COUNT, GEMINI_COUNT ->
          "the counting of tokens for the " + title() + " API";
      case RESPONSES_COMPACT -> "the compaction of responses";
      case GEMINI_EMBEDDINGS -> "embeddings of the Gemini API";
      default -> label;
    };
  }

  /** The API that stands for this one in a backend's configuration; itself for most. */
  public Api family() {
    return family == null ? this : family;
  }

  /** The APIs into which its requests can be translated, best first; empty for most. */
  public List<Api> translations() {
    return switch (this) {
      case MESSAGES, MESSAGES_COUNT -> List.of(CHAT, GEMINI);
      case RESPONSES, RESPONSES_COUNT -> List.of(CHAT, MESSAGES, GEMINI);
      case CHAT -> List.of(MESSAGES, GEMINI);
      case EMBEDDINGS -> List.of(GEMINI_EMBEDDINGS);
      default -> List.of();
    };
  }

  /** Whether the model generates billed tokens. */
  public boolean generates() {
    return paid == Paid.BY_OUTPUT;
  }

  /** Whether it is billed by units that are not countable text. */
  public boolean isByUnit() {
    return paid == Paid.BY_UNIT;
  }

  /**
   * The API's documented default output limit, in tokens; 0 if the model decides.
   *
   * @see <a href="https://platform.openai.com/docs/api-reference/completions">max_tokens</a>
   */
  public long usualMaxTokens() {
    return this == COMPLETIONS ? 16 : 0;
  }

  /**
   * The smallest output limit, in tokens, that the API accepts.
   *
   * @see <a href="https://platform.openai.com/docs/api-reference/responses">max_output_tokens</a>
   */
  public long leastMaxTokens() {
    return this == RESPONSES ? 16 : 1;
  }

  /** Whether no provider charges for it. */
  public boolean isFree() {
    return paid == Paid.NOT;
  }
}
