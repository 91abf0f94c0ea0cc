package io.nexus.metrics;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.List;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.DoubleSupplier;

/** One meter with its label values; printed as one line, or the lines of a histogram. */
sealed interface Series {

  /** The meter that this belongs to. */
  MeterName name();

  /** The values of the meter's labels, in the order of their names. */
  List<String> labels();

  /** A count that only rises. */
  record Count(MeterName name, List<String> labels, LongAdder adder) implements Series {}

  /** A distribution. */
  record Distribution(MeterName name, List<String> labels, LongHistogram histogram)
      implements Series {}

  /** A value that is read when the page is printed. */
  final class Reading implements Series {
    private static final Logger LOG = System.getLogger(Reading.class.getName());

    private final MeterName name;
    private final List<String> labels;
    private volatile DoubleSupplier source;

    Reading(MeterName name, List<String> labels, DoubleSupplier source) {
      this.name = name;
      this.labels = labels;
      this.source = source;
    }

    @Override
    public MeterName name() {
      return name;
    }

    @Override
    public List<String> labels() {
      return labels;
    }

    void readFrom(DoubleSupplier newSource) {
      source = newSource;
    }

    /** The value now; NaN if its source fails, so that one failing gauge does not fail the page. */
    double value() {
      try {
        return source.getAsDouble();
      } catch (RuntimeException e) {
        LOG.log(
            Level.WARNING, "metrics: cannot read " + name.text() + labels + ": shown as NaN: " + e);
        return Double.NaN;
      }
    }
  }
}
