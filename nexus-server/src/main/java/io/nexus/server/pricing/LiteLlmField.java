package io.nexus.server.pricing;

import io.nexus.control.money.Item;
import io.nexus.control.money.PriceKind;
import io.nexus.control.money.ServiceTier;
import java.math.BigDecimal;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The meaning of a price field of LiteLLM's map. Its name is a base, such as {@code
 * input_cost_per_token}, plus qualifiers: {@code _above_200k_tokens}, {@code _above_1hr}, {@code
 * _priority}, a resolution.
 *
 * @param item what is priced
 * @param tier the class of service
 * @param above for prompts with more tokens than this; 0 for all
 * @param units the number of LiteLLM's units in one of ours, such as a million tokens
 */
record LiteLlmField(Item item, ServiceTier tier, long above, BigDecimal units) {

  private static final BigDecimal MILLION = BigDecimal.valueOf(1_000_000);
  private static final BigDecimal HOUR = BigDecimal.valueOf(3600);

  /** The bases of fields, except those that depend on the model's purpose. */
  private static final Map<String, PriceKind> BASES =
      Map.ofEntries(
          Map.entry("input_cost_per_token", PriceKind.INPUT),
          Map.entry("output_cost_per_token", PriceKind.OUTPUT),
          Map.entry("cache_read_input_token_cost", PriceKind.CACHED_INPUT),
          Map.entry("input_cost_per_token_cache_hit", PriceKind.CACHED_INPUT),
          Map.entry("explicit_cache_read_input_token_cost", PriceKind.CACHED_INPUT_EXPLICIT),
          Map.entry("cache_creation_input_token_cost", PriceKind.CACHE_WRITE),
          Map.entry("cache_creation_input_audio_token_cost", PriceKind.CACHE_WRITE_AUDIO),
          Map.entry("output_cost_per_reasoning_token", PriceKind.REASONING),
          Map.entry("input_cost_per_audio_token", PriceKind.INPUT_AUDIO),
          Map.entry("output_cost_per_audio_token", PriceKind.OUTPUT_AUDIO),
          Map.entry("cache_read_input_audio_token_cost", PriceKind.CACHED_AUDIO),
          Map.entry("input_cost_per_image_token", PriceKind.INPUT_IMAGE),
          Map.entry("output_cost_per_image_token", PriceKind.OUTPUT_IMAGE),
          Map.entry("cache_read_input_image_token_cost", PriceKind.CACHED_IMAGE),
          Map.entry("input_cost_per_video_token", PriceKind.INPUT_VIDEO),
          Map.entry("output_cost_per_video_token", PriceKind.OUTPUT_VIDEO),
          Map.entry("citation_cost_per_token", PriceKind.CITATION),
          Map.entry("input_cost_per_character", PriceKind.INPUT_CHARACTER),
          Map.entry("output_cost_per_character", PriceKind.OUTPUT_CHARACTER),
          Map.entry("output_cost_per_pixel", PriceKind.PIXEL),
          Map.entry("input_cost_per_pixel", PriceKind.PIXEL),
          Map.entry("output_cost_per_image", PriceKind.IMAGE),
          Map.entry("input_cost_per_image", PriceKind.IMAGE_INPUT),
          Map.entry("input_cost_per_request", PriceKind.REQUEST),
          Map.entry("input_cost_per_query", PriceKind.QUERY),
          Map.entry("input_cost_per_text_message", PriceKind.MESSAGE),
          Map.entry("ocr_cost_per_page", PriceKind.PAGE),
          Map.entry("annotation_cost_per_page", PriceKind.PAGE_ANNOTATED),
          Map.entry("google_maps_grounding_cost_per_query", PriceKind.MAPS_SEARCH),
          Map.entry("code_interpreter_cost_per_session", PriceKind.CODE_SESSION),
          Map.entry("file_search_cost_per_1k_calls", PriceKind.FILE_SEARCH),
          Map.entry("vector_store_cost_per_gb_per_day", PriceKind.STORAGE_GB_DAY),
          Map.entry("input_cost_per_audio_per_second", PriceKind.INPUT_AUDIO_SECOND),
          Map.entry("input_cost_per_video_per_second", PriceKind.INPUT_VIDEO_SECOND),
          Map.entry("output_cost_per_video_per_second", PriceKind.OUTPUT_SECOND),
          Map.entry("input_cost_per_second", PriceKind.AUDIO_HOUR),
          Map.entry("output_cost_per_second", PriceKind.OUTPUT_SECOND));

  private static final Pattern REST =
      Pattern.compile(
          "(?:_above_(?<hours>1|12)hr)?"
              + "(?:_above_(?<thousands>[0-9]{1,9})k_tokens)?"
              + "(?:_(?<interval>above_[0-9]+s)_interval)?"
              + "(?:_(?<size>[0-9]+(?:\\.[0-9]+)?[pkK]?))?"
              + "(?:_(?<tier>[a-z]+))?");

  /** Whether the model transcribes, so that output seconds are those of the audio sent. */
  private static boolean hears(String mode) {
    return mode.equals("transcription") || mode.equals("realtime");
  }

  /**
   * Reads a field's name.
   *
   * @param mode what the model is for
   * @return empty if it is not a price, or a price that is not read
   * @throws IllegalArgumentException if its prompt threshold makes no sense
   */
  static Optional<LiteLlmField> of(String name, String mode) {
    var base = base(name);
    if (base.isEmpty()) {
      return Optional.empty();
    }
    var rest = REST.matcher(name.substring(base.length()));
    if (!rest.matches()) {
      if (name.contains("_above_")) {
        throw new IllegalArgumentException("not the name of a price: " + name);
      }
      return Optional.empty();
    }
    var kind = kind(base, rest.group("hours"), mode);
    var thousands = rest.group("thousands");
    var variant =
        rest.group("size") != null
            ? rest.group("size")
            : rest.group("interval") != null ? rest.group("interval") : "";
    return Optional.of(
        new LiteLlmField(
            new Item(kind, variant),
            tier(rest.group("tier")),
            thousands == null ? 0 : Math.multiplyExact(Long.parseLong(thousands), 1000L),
            units(base, kind)));
  }

  private static String base(String name) {
    for (int end = name.length(); end > 0; end = name.lastIndexOf('_', end - 1)) {
      if (BASES.containsKey(name.substring(0, end))) {
        return name.substring(0, end);
      }
    }
    return "";
  }

  private static PriceKind kind(String base, @Nullable String hours, String mode) {
    var kind = BASES.getOrDefault(base, PriceKind.INPUT);
    return switch (kind) {
      case CACHE_WRITE ->
          hours == null
              ? kind
              : hours.equals("1") ? PriceKind.CACHE_WRITE_1H : PriceKind.CACHE_WRITE_12H;
      case OUTPUT_SECOND -> hears(mode) ? PriceKind.AUDIO_HOUR : kind;
      default -> kind;
    };
  }

  private static ServiceTier tier(@Nullable String name) {
    if (name == null) {
      return ServiceTier.STANDARD;
    }
    return name.equals("batches") ? ServiceTier.BATCH : ServiceTier.of(name);
  }

  private static BigDecimal units(String base, PriceKind kind) {
    if (base.equals("file_search_cost_per_1k_calls")) {
      return new BigDecimal("0.001");
    }
    return switch (kind.unit()) {
      case MILLION_TOKENS, MILLION_CHARACTERS, MILLION_PIXELS -> MILLION;
      case HOUR -> HOUR;
      case EACH, SECOND, GB_DAY, MILLION_TOKEN_HOURS -> BigDecimal.ONE;
    };
  }
}
