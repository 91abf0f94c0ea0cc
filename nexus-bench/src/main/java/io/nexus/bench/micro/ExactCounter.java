package io.nexus.bench.micro;

import io.nexus.control.spi.TokenCounter;
import io.nexus.tokenizers.VocabularyTokenCounter;

/** Exact counters whose vocabulary is in memory. */
final class ExactCounter {
  private ExactCounter() {}

  /** Reads the model's vocabulary. */
  static TokenCounter.ForModel of(String model) {
    var vocabulary = new VocabularyTokenCounter();
    vocabulary.preload(model);
    return vocabulary.forModel(model).orElseThrow();
  }
}
