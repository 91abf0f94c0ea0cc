package io.nexus.metrics;

import java.math.BigDecimal;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** Prints the table as the page that Prometheus reads, meters in the order of their names. */
final class PageWriter {
  /** The divisor for counts of nanoseconds and nano-dollars. */
  static final double NANOS = 1e9;

  private static final String TOTAL = "_total";
  private static final double PLAIN_FROM = 1e-9;
  private static final double PLAIN_BELOW = 1e15;
  private static final List<MeterName> BY_TEXT =
      Stream.of(MeterName.values()).sorted(Comparator.comparing(MeterName::text)).toList();

  private final MeterTable table;
  private final PageFormat format;
  private final StringBuilder page = new StringBuilder(8192);

  private PageWriter(MeterTable table, PageFormat format) {
    this.table = table;
    this.format = format;
  }

  static String print(MeterTable table, PageFormat format) {
    var writer = new PageWriter(table, format);
    BY_TEXT.forEach(writer::family);
    return switch (format) {
      case PROMETHEUS -> writer.page.toString();
      case OPENMETRICS -> writer.page.append("# EOF\n").toString();
    };
  }

  private void family(MeterName name) {
    var series = table.family(name);
    if (series.isEmpty()) {
      return;
    }
    var text = name.text();
    // In OpenMetrics the family has the name without the suffix that its samples carry.
    var family =
        format == PageFormat.OPENMETRICS && text.endsWith(TOTAL)
            ? text.substring(0, text.length() - TOTAL.length())
            : text;
    page.append("# HELP ").append(family).append(' ').append(name.help()).append('\n');
    page.append("# TYPE ").append(family).append(' ').append(name.kind().text()).append('\n');
    series.forEach((labels, one) -> samples(labels, one));
  }

  private void samples(String labels, Series series) {
    var text = series.name().text();
    switch (series) {
      case Series.Count count -> {
        long sum = count.adder().sum();
        sample(text, "", labels, count.name().inNanos() ? number(sum / NANOS) : Long.toString(sum));
      }
      case Series.Reading reading -> sample(text, "", labels, number(reading.value()));
      case Series.Distribution distribution ->
          histogram(text, labels, distribution.name().buckets(), distribution.histogram());
    }
  }

  private void histogram(String text, String labels, Buckets buckets, LongHistogram histogram) {
    var prefix = labels.isEmpty() ? "" : labels + ",";
    // The sum is read first: a value recorded meanwhile may be counted but not summed. So an
    // average is briefly too low, instead of a sum without matching buckets.
    double sum = histogram.sum() / NANOS;
    var cumulative = histogram.cumulative();
    for (int i = 0; i < cumulative.length; i++) {
      var bound = i < buckets.texts().size() ? buckets.texts().get(i) : "+Inf";
      sample(text, "_bucket", prefix + "le=\"" + bound + '"', Long.toString(cumulative[i]));
    }
    sample(text, "_sum", labels, number(sum));
    sample(text, "_count", labels, Long.toString(cumulative[cumulative.length - 1]));
  }

  private void sample(String text, String suffix, String labels, String value) {
    page.append(text).append(suffix);
    if (!labels.isEmpty()) {
      page.append('{').append(labels).append('}');
    }
    page.append(' ').append(value).append('\n');
  }

  /**
   * A number in the formats' spelling: the shortest decimal that reads back as the same {@code
   * double}, without an exponent where that stays readable. So an amount of nano-dollars below $9
   * million is printed to the nano.
   */
  static String number(double value) {
    if (Double.isNaN(value)) {
      return "NaN";
    }
    if (Double.isInfinite(value)) {
      return value > 0 ? "+Inf" : "-Inf";
    }
    double size = Math.abs(value);
    if (size == 0) {
      return "0";
    }
    return size < PLAIN_FROM || size >= PLAIN_BELOW
        ? Double.toString(value)
        : BigDecimal.valueOf(value).stripTrailingZeros().toPlainString();
  }
}
