package io.nexus.server.dialect.usage;

import java.util.Locale;

/** What a number in a {@code usage} object counts. */
enum UsageKind {
  /** All of the prompt, cached parts included. */
  PROMPT,
  /** The prompt, where Anthropic's names for its cached parts do not stand beside. */
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
  /** What Gemini's tools read beside the prompt. */
  TOOL_PROMPT,
  /** Pages that an answer cites, beside the prompt. */
  CITATION,
  /** Searches of the web, by the provider's own tool. */
  SEARCHES,
  /** Nothing that is billed by its number. */
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

  /** Which side of an exchange an object tells the details of. */
  enum Side {
    NONE,
    INPUT,
    /** The part of the input that was read from the cache. */
    CACHED,
    OUTPUT;

    /** The side that an object's name says, or that of the object it stands in. */
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

  /** Whether it tells how much was generated. */
  boolean isOutput() {
    return this == OUTPUT || this == CANDIDATES || this == TOTAL;
  }

  /**
   * What a field counts.
   *
   * @param side the object that it stands in
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

  /** What a list of Gemini's has for a modality. */
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
