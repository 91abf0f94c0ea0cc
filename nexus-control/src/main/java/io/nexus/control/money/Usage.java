package io.nexus.control.money;

import java.util.Collections;
import java.util.EnumMap;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * What one request used, as a provider reports it.
 *
 * <p>The kinds of tokens are parts of the totals, as in OpenAI's {@code usage} object: cached,
 * cache-write and audio input tokens are among {@code inputTokens}; reasoning and audio output
 * tokens are among {@code outputTokens}.
 *
 * @param inputTokens all tokens of the prompt
 * @param cachedInputTokens those read from the provider's prompt cache
 * @param cacheWriteTokens those written to the provider's prompt cache, for any time
 * @param audioInputTokens those that are audio
 * @param outputTokens all tokens generated, over all choices
 * @param reasoningTokens those spent on reasoning
 * @param audioOutputTokens those that are audio
 * @param extras everything else that is billed, counted in parts of its {@linkplain PriceKind.Unit
 *     unit}: rarer kinds of tokens, each part of its {@linkplain PriceKind#whole whole} (those
 *     written to the cache for an hour are among {@code cacheWriteTokens}); calls of the provider's
 *     tools, images, characters, milliseconds of audio
 */
public record Usage(
    long inputTokens,
    long cachedInputTokens,
    long cacheWriteTokens,
    long audioInputTokens,
    long outputTokens,
    long reasoningTokens,
    long audioOutputTokens,
    SortedMap<Item, Long> extras) {

  private static final SortedMap<Item, Long> NO_EXTRAS =
      Collections.unmodifiableSortedMap(new TreeMap<>());

  /** Nothing used. */
  public static final Usage NONE = Usage.of(0, 0);

  /**
   * Negative numbers become zero and each part is cut to the rest of its total, so that a
   * provider's inconsistent report never makes a cost negative.
   */
  public Usage {
    inputTokens = Math.max(0, inputTokens);
    cachedInputTokens = clamp(cachedInputTokens, inputTokens);
    cacheWriteTokens = clamp(cacheWriteTokens, inputTokens - cachedInputTokens);
    audioInputTokens = clamp(audioInputTokens, inputTokens - cachedInputTokens - cacheWriteTokens);
    outputTokens = Math.max(0, outputTokens);
    reasoningTokens = clamp(reasoningTokens, outputTokens);
    audioOutputTokens = clamp(audioOutputTokens, outputTokens - reasoningTokens);
    if (extras.isEmpty()) {
      extras = NO_EXTRAS;
    } else {
      var wholes =
          Map.of(
              PriceKind.INPUT,
              inputTokens - cachedInputTokens - cacheWriteTokens - audioInputTokens,
              PriceKind.CACHED_INPUT,
              cachedInputTokens,
              PriceKind.CACHE_WRITE,
              cacheWriteTokens,
              PriceKind.OUTPUT,
              outputTokens - reasoningTokens - audioOutputTokens);
      extras = within(extras, wholes);
    }
  }

  /** Tokens of the common kinds. */
  public Usage(
      long inputTokens,
      long cachedInputTokens,
      long cacheWriteTokens,
      long audioInputTokens,
      long outputTokens,
      long reasoningTokens,
      long audioOutputTokens) {
    this(
        inputTokens,
        cachedInputTokens,
        cacheWriteTokens,
        audioInputTokens,
        outputTokens,
        reasoningTokens,
        audioOutputTokens,
        NO_EXTRAS);
  }

  /** Plain text in and out, nothing cached. */
  public static Usage of(long inputTokens, long outputTokens) {
    return new Usage(inputTokens, 0, 0, 0, outputTokens, 0, 0);
  }

  /**
   * This usage with an amount of an item.
   *
   * @param amount in parts of the kind's unit: tokens, calls, milliseconds; replaces the previous
   *     amount of the item
   */
  public Usage with(Item item, long amount) {
    var more = new TreeMap<>(extras);
    more.put(item, amount);
    return withExtras(more);
  }

  /** This usage with an amount of a kind without a variant. */
  public Usage with(PriceKind kind, long amount) {
    return with(Item.of(kind), amount);
  }

  /** This usage with other extras. */
  public Usage withExtras(SortedMap<Item, Long> others) {
    return new Usage(
        inputTokens,
        cachedInputTokens,
        cacheWriteTokens,
        audioInputTokens,
        outputTokens,
        reasoningTokens,
        audioOutputTokens,
        others);
  }

  /** The amount of a kind among the extras, over all its variants. */
  public long extra(PriceKind kind) {
    long sum = 0;
    for (var extra : extras.entrySet()) {
      sum += extra.getKey().kind() == kind ? extra.getValue() : 0;
    }
    return sum;
  }

  /** The extras as text, for records: {@code cache_write_1h=1200;search:high=2}. */
  public String extrasText() {
    return extras.isEmpty()
        ? ""
        : extras.entrySet().stream()
            .map(extra -> extra.getKey() + "=" + extra.getValue())
            .collect(Collectors.joining(";"));
  }

  /**
   * Parses the output of {@link #extrasText}. Kinds that only a newer version knows are left out.
   *
   * @throws IllegalArgumentException if an amount is not a number
   */
  public static SortedMap<Item, Long> extras(String text) {
    var extras = new TreeMap<Item, Long>();
    for (var extra : text.split(";", -1)) {
      int equals = extra.lastIndexOf('=');
      if (equals < 0 || PriceKind.of(label(extra.substring(0, equals))).isEmpty()) {
        continue;
      }
      extras.put(
          Item.parse(extra.substring(0, equals)), Long.parseLong(extra.substring(equals + 1)));
    }
    return extras;
  }

  private static String label(String item) {
    int colon = item.indexOf(':');
    return colon < 0 ? item : item.substring(0, colon);
  }

  /** Plain text input, extras included. */
  long plainInputTokens() {
    return inputTokens - cachedInputTokens - cacheWriteTokens - audioInputTokens;
  }

  /** Plain text output, extras included. */
  long plainOutputTokens() {
    return outputTokens - reasoningTokens - audioOutputTokens;
  }

  private static SortedMap<Item, Long> within(
      SortedMap<Item, Long> extras, Map<PriceKind, Long> wholes) {
    var left = new EnumMap<PriceKind, Long>(wholes);
    var kept = new TreeMap<Item, Long>();
    for (var extra : extras.entrySet()) {
      long amount = Math.max(0, extra.getValue());
      var whole = left.get(extra.getKey().kind().whole());
      if (whole != null && extra.getKey().kind().isTokens()) {
        amount = Math.min(amount, whole);
        left.put(extra.getKey().kind().whole(), whole - amount);
      }
      if (amount > 0) {
        kept.put(extra.getKey(), amount);
      }
    }
    return kept.isEmpty() ? NO_EXTRAS : Collections.unmodifiableSortedMap(kept);
  }

  private static long clamp(long part, long total) {
    return Math.clamp(part, 0, total);
  }
}
