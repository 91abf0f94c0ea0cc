package io.nexus.tokenizers;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/** A {@link TextCounter} whose vocabulary is loaded on first use. Thread-safe. */
final class LazyTextCounter {
  private static final System.Logger LOG = System.getLogger(LazyTextCounter.class.getName());

  private final Encoding encoding;
  private final AtomicBoolean started = new AtomicBoolean();
  private final ReentrantLock loading = new ReentrantLock();
  private volatile @Nullable TextCounter loaded;

  LazyTextCounter(Encoding encoding) {
    this.encoding = encoding;
  }

  /** Whether the vocabulary is there. If not, a background thread starts reading it, once. */
  boolean isReady() {
    if (loaded != null) {
      return true;
    }
    if (!started.get() && started.compareAndSet(false, true)) {
      Thread.ofPlatform().daemon().name("nexus-tokenizers-" + encoding).start(this::loadOrReport);
    }
    return false;
  }

  /**
   * The counter, read first if need be.
   *
   * @throws UncheckedIOException if the vocabulary cannot be read
   */
  TextCounter get() {
    TextCounter counter = loaded;
    return counter == null ? load() : counter;
  }

  private TextCounter load() {
    loading.lock();
    try {
      TextCounter counter = loaded;
      if (counter == null) {
        counter = encoding.load();
        loaded = counter;
      }
      return counter;
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read the vocabulary " + encoding, e);
    } finally {
      loading.unlock();
    }
  }

  private void loadOrReport() {
    try {
      load();
    } catch (UncheckedIOException e) {
      LOG.log(
          System.Logger.Level.ERROR,
          "cannot read the vocabulary "
              + encoding
              + ": prompts of its models are estimated instead; reinstall the module nexus-tokenizers",
          e);
    }
  }
}
