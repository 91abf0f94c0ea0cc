package io.nexus.control.money;

import java.util.EnumSet;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The kinds of units that providers bill: tokens, items or time. The labels are those of the
 * built-in price table and of records.
 *
 * <p>The kinds of tokens come first, each after the kind that it falls back to. Each token is
 * priced by exactly one kind: tokens of a {@link #whole} are those that belong to none of its
 * parts.
 */
public enum PriceKind {
  INPUT("input"),
  OUTPUT("output"),
  /** Input read from the provider's prompt cache. */
  CACHED_INPUT("cached_input", INPUT, INPUT),
  /** Input written to the prompt cache for the shortest time offered. */
  CACHE_WRITE("cache_write_5m", INPUT, INPUT),
  CACHE_WRITE_1H("cache_write_1h", CACHE_WRITE, CACHE_WRITE),
  CACHE_WRITE_12H("cache_write_12h", CACHE_WRITE_1H, CACHE_WRITE),
  INPUT_AUDIO("input_audio", INPUT, INPUT),
  /** Reasoning that is part of the output. */
  REASONING("reasoning", OUTPUT, OUTPUT),
  OUTPUT_AUDIO("output_audio", OUTPUT, OUTPUT),
  /** Input read from an explicitly created cache, as at DashScope. */
  CACHED_INPUT_EXPLICIT("cached_input_explicit", INPUT, CACHED_INPUT),
  CACHE_WRITE_AUDIO("cache_write_audio", INPUT, CACHE_WRITE),
  CACHED_AUDIO("cached_audio", INPUT, CACHED_INPUT),
  INPUT_IMAGE("input_image", INPUT, INPUT),
  CACHED_IMAGE("cached_image", INPUT, CACHED_INPUT),
  INPUT_VIDEO("input_video", INPUT, INPUT),
  OUTPUT_IMAGE("output_image", OUTPUT, OUTPUT),
  OUTPUT_VIDEO("output_video", OUTPUT, OUTPUT),
  /** Tokens of cited pages, separate from input and output; free if they have no price. */
  CITATION("citation"),

  INPUT_CHARACTER("input_character", Unit.MILLION_CHARACTERS),
  OUTPUT_CHARACTER("output_character", Unit.MILLION_CHARACTERS),
  /** A pixel of a generated image. */
  PIXEL("pixel", Unit.MILLION_PIXELS),

  /** A generated image; the variant is its size, and its quality or steps. */
  IMAGE("image", Unit.EACH),
  /** An image sent. */
  IMAGE_INPUT("image_input", Unit.EACH),
  IMAGE_STEP("image_step", Unit.EACH),
  /** A generated piece of music. */
  CLIP("clip", Unit.EACH),
  /** Each request; the variant is the size of its search context. */
  REQUEST("request", Unit.EACH),
  /** A search of a model that searches or ranks, or an embedded query. */
  QUERY("query", Unit.EACH),
  /** A text message in a voice session. */
  MESSAGE("message", Unit.EACH),
  PAGE("page", Unit.EACH),
  PAGE_ANNOTATED("page_annotated", Unit.EACH),
  /** A check by a guardrail; the variant is its name. */
  GUARDRAIL("guardrail", Unit.EACH),

  /** A web search by the provider's own tool; the variant is its context size or kind. */
  SEARCH("search", Unit.EACH),
  SEARCH_RESULT("search_result", Unit.EACH),
  FILE_SEARCH("file_search", Unit.EACH),
  MAPS_SEARCH("maps_search", Unit.EACH),
  X_SEARCH("x_search", Unit.EACH),
  PEOPLE_SEARCH("people_search", Unit.EACH),
  FINANCE_SEARCH("finance_search", Unit.EACH),
  ATTACHMENT_SEARCH("attachment_search", Unit.EACH),
  URL_FETCH("url_fetch", Unit.EACH),
  CODE_EXECUTION("code_execution", Unit.EACH),
  /** A container in which code runs; the variant is its memory. */
  CODE_SESSION("code_session", Unit.EACH),
  CODE_HOUR("code_hour", Unit.HOUR),

  /** Input audio. */
  AUDIO_HOUR("audio_hour", Unit.HOUR),
  INPUT_AUDIO_SECOND("input_audio_second", Unit.SECOND),
  INPUT_VIDEO_SECOND("input_video_second", Unit.SECOND),
  /** Generated audio or video; the variant is its resolution. */
  OUTPUT_SECOND("output_second", Unit.SECOND),
  STORAGE_GB_DAY("storage_gb_day", Unit.GB_DAY),
  /** Tokens kept in an explicitly created cache. */
  CACHE_STORAGE("cache_storage", Unit.MILLION_TOKEN_HOURS);

  /** What one price pays for, and how it is counted. */
  public enum Unit {
    MILLION_TOKENS("million tokens", 1_000_000),
    MILLION_CHARACTERS("million characters", 1_000_000),
    MILLION_PIXELS("million pixels", 1_000_000),
    EACH("each", 1),
    /** Counted in milliseconds. */
    SECOND("second", 1_000),
    /** Counted in milliseconds. */
    HOUR("hour", 3_600_000),
    /** Counted in MiB kept for a day. */
    GB_DAY("GB and day", 1_024),
    /** Counted in tokens kept for an hour. */
    MILLION_TOKEN_HOURS("million tokens and hour", 1_000_000);

    private final String label;
    private final long size;

    Unit(String label, long size) {
      this.label = label;
      this.size = size;
    }

    /** The unit as price lists print it. */
    public String label() {
      return label;
    }

    /** The number of counted parts in one unit. */
    public long size() {
      return size;
    }
  }

  private static final Map<String, PriceKind> BY_LABEL = byLabel();

  /** The number of kinds of tokens, which are the first constants. */
  static final int TOKEN_KINDS = tokenKinds();

  private static final Set<PriceKind> TOOLS = EnumSet.range(SEARCH, CODE_HOUR);

  private final String label;
  private final Unit unit;
  private final PriceKind fallback;
  private final PriceKind whole;

  PriceKind(String label) {
    this(label, Unit.MILLION_TOKENS);
  }

  PriceKind(String label, Unit unit) {
    this.label = label;
    this.unit = unit;
    this.fallback = this;
    this.whole = this;
  }

  PriceKind(String label, PriceKind fallback, PriceKind whole) {
    this.label = label;
    this.unit = Unit.MILLION_TOKENS;
    this.fallback = fallback;
    this.whole = whole;
  }

  private static Map<String, PriceKind> byLabel() {
    var kinds = new HashMap<String, PriceKind>();
    for (var kind : values()) {
      kinds.put(kind.label, kind);
    }
    return Map.copyOf(kinds);
  }

  private static int tokenKinds() {
    int count = 0;
    for (var kind : values()) {
      count += kind.isTokens() ? 1 : 0;
    }
    return count;
  }

  /** The kind of that label. */
  public static Optional<PriceKind> of(String label) {
    return Optional.ofNullable(BY_LABEL.get(label));
  }

  /** The kind's name in price lists and records. */
  public String label() {
    return label;
  }

  /** Its ordinal: an index into arrays of this process, never stored. */
  @SuppressWarnings("EnumOrdinal") // Only the label is stored.
  int slot() {
    return ordinal();
  }

  /** The unit that a price of this kind pays for. */
  public Unit unit() {
    return unit;
  }

  /** Whether it is a kind of tokens. */
  public boolean isTokens() {
    return unit == Unit.MILLION_TOKENS;
  }

  /** Whether it bills a provider's own tool, which runs only if the request asks for it. */
  public boolean isTool() {
    return TOOLS.contains(this);
  }

  /** The kind whose price applies if this one has none; itself if there is no other. */
  public PriceKind fallback() {
    return fallback;
  }

  /** The kind of tokens that it is part of; itself if none. */
  public PriceKind whole() {
    return whole;
  }

  /** Whether it is a kind of output, or a part of it. */
  boolean isOutput() {
    return this == OUTPUT || whole == OUTPUT;
  }
}
