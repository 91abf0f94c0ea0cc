package io.nexus.control.routing;

import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a client asks for, by the API that it calls: each has its own bytes and is paid by them. */
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
  /** The compaction of a conversation, which has no like in other APIs. */
  RESPONSES_COMPACT("responses_compact", Paid.BY_OUTPUT, RESPONSES),
  /** The counting of a response's input. */
  RESPONSES_COUNT("responses_count", Paid.NOT, RESPONSES),
  /** Google's generateContent, in one piece or as a stream. */
  GEMINI("gemini", Paid.BY_OUTPUT, null),
  /** The counting of the tokens of a generateContent. */
  GEMINI_COUNT("gemini_count", Paid.NOT, GEMINI),
  /** Google's embedContent. */
  GEMINI_EMBEDDINGS("gemini_embeddings", Paid.BY_INPUT, GEMINI),
  /** Pictures that are made or changed. */
  IMAGES("images", Paid.BY_UNIT, null),
  /** Text that is spoken. */
  SPEECH("speech", Paid.BY_UNIT, null),
  /** Speech that is written down, in its language or in English. */
  TRANSCRIPTIONS("transcriptions", Paid.BY_UNIT, null),
  /** Documents that are put in order by how well they answer a query. */
  RERANK("rerank", Paid.BY_UNIT, null);

  /** What of a request is paid. */
  private enum Paid {
    BY_OUTPUT,
    BY_INPUT,
    /** By the picture, the character, the second, the search, or by tokens that stand for these. */
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

  /** Those that a backend can be said to serve: each stands for all of its family. */
  public static List<Api> families() {
    return Arrays.stream(values()).filter(api -> api.family == null).toList();
  }

  /** Its name in the configuration, in metrics and in records. */
  public String label() {
    return label;
  }

  /** The one that a backend serves which serves this one; itself for most. */
  public Api family() {
    return family == null ? this : family;
  }

  /**
   * Those in which its requests can be asked of a backend that does not serve it, the best first;
   * none for most.
   */
  public List<Api> translations() {
    return switch (this) {
      case MESSAGES, MESSAGES_COUNT -> List.of(CHAT, GEMINI);
      case RESPONSES, RESPONSES_COUNT -> List.of(CHAT, MESSAGES, GEMINI);
      case CHAT -> List.of(MESSAGES, GEMINI);
      case EMBEDDINGS -> List.of(GEMINI_EMBEDDINGS);
      default -> List.of();
    };
  }

  /** Whether a model generates tokens for it, which are paid. */
  public boolean generates() {
    return paid == Paid.BY_OUTPUT;
  }

  /** Whether it is paid by what it makes or reads, which is no text that could be counted. */
  public boolean isByUnit() {
    return paid == Paid.BY_UNIT;
  }

  /**
   * The longest answer, in tokens, to a request that names no limit, by the API's own word; 0 if
   * that is left to the model.
   *
   * @see <a href="https://platform.openai.com/docs/api-reference/completions">max_tokens</a>
   */
  public long usualMaxTokens() {
    return this == COMPLETIONS ? 16 : 0;
  }

  /**
   * The shortest answer, in tokens, that a request of the API can ask for.
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
