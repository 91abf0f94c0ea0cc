package io.nexus.control.pricing;

import io.nexus.control.money.PriceKind;
import io.nexus.control.pricing.PriceFiles.PriceRow;
import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.time.LocalDate;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;

/** What the head of prices.csv says of one model on one day, in decimals and word for word. */
final class TableHead {

  private static final Set<String> MODES_WITH_TEXT =
      Set.of("chat", "responses", "completion", "realtime", "transcription", "");
  private static final MathContext EXACT = new MathContext(40, RoundingMode.CEILING);

  private final boolean claude;
  private final boolean writes;
  private final List<PriceRow> rows;
  private final LocalDate day;

  TableHead(String model, String mode, List<PriceRow> rows, LocalDate day) {
    this.claude = model.toLowerCase(java.util.Locale.ROOT).contains("claude");
    this.writes =
        MODES_WITH_TEXT.contains(mode)
            && !model.toLowerCase(java.util.Locale.ROOT).contains("embed");
    this.rows = rows;
    this.day = day;
  }

  SortedSet<String> tiers() {
    var tiers = new TreeSet<String>();
    tiers.add("");
    rows.stream().filter(row -> !row.what().equals("factor")).forEach(row -> tiers.add(row.tier()));
    return tiers;
  }

  SortedSet<Long> thresholds() {
    var thresholds = new TreeSet<Long>();
    thresholds.add(0L);
    rows.forEach(row -> thresholds.add(row.threshold()));
    return thresholds;
  }

  boolean has(PriceKind kind, String tier, long above) {
    return row(kind, tier, above).isPresent();
  }

  /** The price of a kind in a tier for a prompt just above a threshold. */
  BigDecimal price(PriceKind kind, String tier, long above) {
    return own(kind, tier, above).orElseGet(() -> missing(kind, tier, above));
  }

  /** What "as input", "as output" and the like mean where nothing is said of the kind at all. */
  private BigDecimal missing(PriceKind kind, String tier, long above) {
    return switch (kind) {
      case INPUT -> own(PriceKind.OUTPUT, tier, above).orElse(BigDecimal.ZERO);
      case OUTPUT ->
          writes ? own(PriceKind.INPUT, tier, above).orElse(BigDecimal.ZERO) : BigDecimal.ZERO;
      case CITATION -> BigDecimal.ZERO;
      case CACHE_WRITE_1H -> hour(price(PriceKind.CACHE_WRITE, tier, above));
      case CACHE_WRITE_12H -> hour(price(PriceKind.CACHE_WRITE_1H, tier, above));
      case REASONING, OUTPUT_AUDIO, OUTPUT_IMAGE, OUTPUT_VIDEO ->
          price(PriceKind.OUTPUT, tier, above);
      default -> price(PriceKind.INPUT, tier, above);
    };
  }

  private BigDecimal hour(BigDecimal shorter) {
    return claude ? shorter.multiply(new BigDecimal("1.6")) : shorter;
  }

  /**
   * A price that rows of the kind itself make: here, below a threshold, or in the standard tier.
   */
  private Optional<BigDecimal> own(PriceKind kind, String tier, long above) {
    var here = row(kind, tier, above);
    if (here.isPresent()) {
      return here;
    }
    if (tier.isEmpty()) {
      long level = level("", above);
      if (level < above) {
        return own(kind, "", level);
      }
      return above == 0
          ? Optional.empty()
          : row(kind, "", 0).map(base -> base.multiply(rise(kind, "", above), EXACT));
    }
    if (above == 0) {
      return own(kind, "", 0).map(standard -> standard.multiply(dearer(tier, 0), EXACT));
    }
    if (level(tier, above) == above) {
      return row(kind, tier, 0)
          .map(base -> base.multiply(rise(kind, tier, above), EXACT))
          .or(
              () ->
                  own(kind, "", above)
                      .map(standard -> standard.multiply(dearer(tier, above), EXACT)));
    }
    if (level("", above) < above) {
      return own(kind, tier, Math.max(level("", above), level(tier, above)));
    }
    // No row of the tier says what a long prompt costs: never less than below the threshold.
    var standard = own(kind, "", above).map(price -> price.multiply(dearer(tier, 0), EXACT));
    var below = own(kind, tier, level(tier, above));
    return standard.isPresent() && below.isPresent()
        ? Optional.of(standard.get().max(below.get()))
        : standard.or(() -> below);
  }

  /** How much dearer plain input, or output, is above a threshold than below it. */
  private BigDecimal rise(PriceKind kind, String tier, long above) {
    var plain = kind.whole() == PriceKind.OUTPUT ? PriceKind.OUTPUT : PriceKind.INPUT;
    return ratio(row(plain, tier, above), row(plain, tier, 0));
  }

  /** How much dearer the tier's input is than the standard one, at least as dear. */
  private BigDecimal dearer(String tier, long above) {
    var input = above == 0 ? row(PriceKind.INPUT, tier, 0) : own(PriceKind.INPUT, tier, above);
    var standard = above == 0 ? row(PriceKind.INPUT, "", 0) : own(PriceKind.INPUT, "", above);
    return ratio(input, standard).max(BigDecimal.ONE);
  }

  private static BigDecimal ratio(Optional<BigDecimal> to, Optional<BigDecimal> from) {
    return to.isEmpty() || from.isEmpty() || from.get().signum() == 0
        ? BigDecimal.ONE
        : to.get().divide(from.get(), EXACT);
  }

  /** The highest threshold that the tier has rows for and that is no more than this. */
  private long level(String tier, long above) {
    return rows.stream()
        .filter(row -> row.tier().equals(tier) && PriceKind.of(row.what()).isPresent())
        .filter(row -> PriceKind.of(row.what()).orElseThrow().isTokens())
        .map(PriceRow::threshold)
        .filter(threshold -> threshold <= above)
        .max(Comparator.naturalOrder())
        .orElse(0L);
  }

  private Optional<BigDecimal> row(PriceKind kind, String tier, long above) {
    return rows.stream()
        .filter(row -> row.what().equals(kind.label()))
        .filter(row -> row.tier().equals(tier) && row.threshold() == above)
        .filter(row -> row.from().isEmpty() || !LocalDate.parse(row.from()).isAfter(day))
        .max(Comparator.comparing(PriceRow::from))
        .map(PriceRow::usd);
  }
}
