package io.nexus.control.hold;

import java.util.OptionalLong;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Learns how long each model's answers are. A stream holds money for that length at first, instead
 * of its worst case.
 *
 * <p>The forecast for a model is the length that 95 of 100 recent answers do not exceed, rounded up
 * by at most one sixteenth. Recent means that an answer counts half after 128 further ones, so a
 * model whose answers become longer is noticed within some 20 answers, and one whose answers become
 * shorter within some 700.
 *
 * <p>Memory is bounded: some 3 kB a model, and models beyond the given number are not learned.
 *
 * <p>Safe for any number of threads, without locks. Recording allocates nothing, but for the first
 * answer of a model.
 */
public final class OutputLengths {

  private static final int PERCENT = 95;

  private final int maxModels;
  private final ConcurrentHashMap<String, LengthSketch> models = new ConcurrentHashMap<>();

  /**
   * Creates an empty forecast.
   *
   * @param maxModels the most models to learn
   */
  public OutputLengths(int maxModels) {
    this.maxModels = maxModels;
  }

  /**
   * Learns from one answer.
   *
   * @param tokens its length; leave out answers that were cut off. Negative counts as zero
   */
  public void record(String model, long tokens) {
    var sketch = models.get(model);
    if (sketch == null) {
      // A race can exceed the bound by a few models; beyond it none is added.
      if (models.mappingCount() >= maxModels) {
        return;
      }
      sketch = models.computeIfAbsent(model, _ -> new LengthSketch(PERCENT));
    }
    sketch.record(tokens);
  }

  /**
   * The length that 95 of 100 answers do not exceed.
   *
   * @return empty until 32 answers are recorded; until then only the longest possible answer is
   *     safe
   */
  public OptionalLong p95(String model) {
    var sketch = models.get(model);
    return sketch == null ? OptionalLong.empty() : sketch.quantile();
  }
}
