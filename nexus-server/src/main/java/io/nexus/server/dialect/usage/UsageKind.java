package io.nexus.server.dialect.usage;

import java.util.Locale;

/** The kinds of numbers in a {@code usage} object. */
enum UsageKind {
  /** All of the prompt, cached parts included. */
  PROMPT,
  /** The prompt; all of it, unless Anthropic's names for cached parts stand beside it. */
  INPUT,
  OUTPUT,
  /** Gemini's output without its thoughts. */
  CANDIDATES,
  TOTAL,
  CACHED,
  CACHE_READ,
  CACHE_MISS,
  CACHE_WRITE,
  CACHE_CREATION,
  CACHE_WRITE_5M,
  CACHE_WRITE_1H,
  AUDIO_INPUT,
  CACHED_AUDIO,
  AUDIO_OUTPUT,
  IMAGE_INPUT,
  CACHED_IMAGE,
  IMAGE_OUTPUT,
  VIDEO_INPUT,
  REASONING,
  THOUGHTS,
  /** The input of Gemini's tools, beside the prompt. */
  TOOL_PROMPT,
  /** Pages that an answer cites, beside the prompt. */
  CITATION,
  /** Searches of the web, by the provider's own tool. */
  SEARCHES,
  /** A number that is not billed. */
  OTHER;

  private static final String[] NOT_TOKENS = {
    "cost",
    "price",
    "time",
    "second",
    "latency",
    "speed",
    "limit",
    "remaining",
    "max",
    "budget",
    "_per_",
    "persec",
    "_rate"
  };

  /** The side of an exchange that an object details. */
  enum Side {
    NONE,
    INPUT,
    /** The part of the input that was read from the cache. */
    CACHED,
    OUTPUT;

    /** The side given by an object's name, else that of the object around it. */
    Side of(String name) {
      if (name.startsWith("cached_tokens") || name.startsWith("cacheTokens")) {
        return CACHED;
      }
      if (name.startsWith("prompt") || name.startsWith("input")) {
        return INPUT;
      }
      boolean output =
          name.startsWith("completion")
              || name.startsWith("output")
              || name.startsWith("candidates");
      return output ? OUTPUT : this;
    }
  }

  /** Whether it counts generated output. */
  boolean isOutput() {
    return this == OUTPUT || this == CANDIDATES || this == TOTAL;
  }

  /**
   * The kind of a field.
   *
   * @param side the side of its object
   */
  static UsageKind of(Side side, String name) {
    var kind =
        switch (name) {
          case "prompt_tokens", "prompt_eval_count" -> PROMPT;
          case "input_tokens" -> INPUT;
          case "completion_tokens", "output_tokens", "eval_count", "predicted_n" -> OUTPUT;
          case "total_tokens" -> TOTAL;
          case "cached_tokens", "cache_n" -> CACHED;
          case "prompt_n" -> CACHE_MISS;
          case "reasoning_tokens" -> REASONING;
          case "audio_tokens" -> audio(side);
          case "image_tokens" -> image(side);
          case "video_tokens" -> side == Side.INPUT ? VIDEO_INPUT : OTHER;
          case "citation_tokens" -> CITATION;
          case "web_search_requests", "num_search_queries" -> SEARCHES;
          default -> ofWords(side, name.toLowerCase(Locale.ROOT));
        };
    return side != Side.NONE && kind.compareTo(TOTAL) <= 0 ? OTHER : kind;
  }

  /** The kind for a modality in one of Gemini's lists. */
  static UsageKind ofModality(Side side, String modality) {
    return switch (modality.toUpperCase(Locale.ROOT)) {
      case "AUDIO" -> side == Side.NONE ? OTHER : audio(side);
      case "IMAGE" -> image(side);
      case "VIDEO" -> side == Side.INPUT ? VIDEO_INPUT : OTHER;
      default -> OTHER;
    };
  }

  private static UsageKind audio(Side side) {
    return switch (side) {
      case NONE, INPUT -> AUDIO_INPUT;
      case CACHED -> CACHED_AUDIO;
      case OUTPUT -> AUDIO_OUTPUT;
    };
  }

  private static UsageKind image(Side side) {
    return switch (side) {
      case NONE -> OTHER;
      case INPUT -> IMAGE_INPUT;
      case CACHED -> CACHED_IMAGE;
      case OUTPUT -> IMAGE_OUTPUT;
    };
  }

  private static UsageKind ofWords(Side side, String name) {
    if (!name.contains("token")) {
      return OTHER;
    }
    for (var word : NOT_TOKENS) {
      if (name.contains(word)) {
        return OTHER;
      }
    }
    if (name.contains("cache")) {
      return ofCache(name);
    }
    if (name.contains("thought")) {
      return THOUGHTS;
    }
    if (name.contains("reason") || name.contains("thinking")) {
      return REASONING;
    }
    if (name.contains("tool")) {
      return name.contains("prompt") ? TOOL_PROMPT : OTHER;
    }
    if (name.contains("audio")) {
      boolean output = name.contains("output") || name.contains("completion");
      return output ? AUDIO_OUTPUT : audio(side);
    }
    return ofWhole(name);
  }

  private static UsageKind ofCache(String name) {
    if (name.contains("miss")) {
      return CACHE_MISS;
    }
    boolean isWrite = name.contains("creat") || name.contains("write");
    if (name.contains("1h") || name.contains("1_h")) {
      return CACHE_WRITE_1H;
    }
    if (name.contains("5m") || name.contains("5_m")) {
      return CACHE_WRITE_5M;
    }
    boolean besideInput = name.contains("input");
    if (isWrite) {
      return besideInput ? CACHE_CREATION : CACHE_WRITE;
    }
    return besideInput ? CACHE_READ : CACHED;
  }

  private static UsageKind ofWhole(String name) {
    for (var part : new String[] {"image", "video", "text", "document", "predict", "citation"}) {
      if (name.contains(part)) {
        return OTHER;
      }
    }
    if (name.contains("candidate")) {
      return CANDIDATES;
    }
    if (name.contains("completion") || name.contains("output") || name.contains("generated")) {
      return OUTPUT;
    }
    if (name.contains("prompt")) {
      return PROMPT;
    }
    // Anthropic's ephemeral_5m_input_tokens and ephemeral_1h_input_tokens name no cache.
    if (name.contains("1h")) {
      return CACHE_WRITE_1H;
    }
    if (name.contains("5m")) {
      return CACHE_WRITE_5M;
    }
    if (name.contains("input")) {
      return INPUT;
    }
    return name.contains("total") ? TOTAL : OTHER;
  }
}
