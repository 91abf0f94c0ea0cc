package io.nexus.server.flow;

import io.nexus.control.money.Prompt;
import io.nexus.control.money.TokenCount;
import io.nexus.control.money.TokenCountTier;
import io.nexus.control.spi.TokenCounter;
import io.nexus.control.tokens.HeuristicTokenCounter;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * Counts tokens with the first counter that knows the model; the estimating one knows all. A
 * counter that fails is logged once and skipped for the rest of that request.
 */
public final class TokenCounting {

  private static final Logger LOG = System.getLogger(TokenCounting.class.getName());

  private final List<TokenCounter> counters;
  private final TokenCounter last = new HeuristicTokenCounter();
  private final Set<String> failed = ConcurrentHashMap.newKeySet();

  /** Extensions first, in their order, then the estimate. */
  public TokenCounting(List<TokenCounter> extensions) {
    this.counters = new ArrayList<>(extensions);
  }

  /** Makes the counters prepare for a model; not on a request's path. */
  public void preload(String model) {
    for (var counter : counters) {
      try {
        counter.preload(model);
      } catch (RuntimeException | LinkageError e) {
        failed(counter.name(), e);
      }
    }
  }

  /** The counter for a model. */
  TokenCounter.ForModel forModel(String model) {
    for (var counter : counters) {
      try {
        var found = counter.forModel(model);
        if (found.isPresent()) {
          return new Guarded(counter.name(), found.get());
        }
      } catch (RuntimeException | LinkageError e) {
        failed(counter.name(), e);
      }
    }
    return last.forModel(model).orElseThrow();
  }

  /** Counts one prompt, for each model once. */
  Function<String, TokenCount> of(Supplier<Prompt> prompt) {
    var counted = new HashMap<String, TokenCount>();
    return model -> counted.computeIfAbsent(model, name -> count(name, prompt.get()));
  }

  private TokenCount count(String model, Prompt prompt) {
    var counter = forModel(model);
    var count = counter.count(prompt);
    long media = prompt.hasMedia() ? count.tokens() - counter.count(prompt.onlyText()).tokens() : 0;
    return prompt.ids() == 0 && media == 0
        ? count
        : new TokenCount(
            count.tokens() + prompt.ids(),
            count.upperBound() + prompt.ids(),
            count.tier(),
            Math.max(0, media));
  }

  private void failed(String counter, Throwable problem) {
    if (failed.add(counter)) {
      LOG.log(
          Level.ERROR,
          "Token counter {0} failed with {1}; tokens are estimated instead",
          counter,
          problem.getClass().getName());
    }
  }

  /** Wraps a counter so that its failure costs precision, not the request. */
  private final class Guarded implements TokenCounter.ForModel {
    private final String name;
    private final TokenCounter.ForModel inner;

    Guarded(String name, TokenCounter.ForModel inner) {
      this.name = name;
      this.inner = inner;
    }

    @Override
    public TokenCountTier tier() {
      return inner.tier();
    }

    @Override
    public TokenCount count(Prompt prompt) {
      try {
        return inner.count(prompt);
      } catch (RuntimeException | LinkageError e) {
        failed(name, e);
        return last.forModel("").orElseThrow().count(prompt);
      }
    }

    @Override
    public long count(CharSequence text) {
      try {
        return inner.count(text);
      } catch (RuntimeException | LinkageError e) {
        failed(name, e);
        return last.forModel("").orElseThrow().count(text);
      }
    }
  }
}
