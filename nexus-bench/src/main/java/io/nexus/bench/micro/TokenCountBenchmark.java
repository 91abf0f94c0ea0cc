package io.nexus.bench.micro;

import com.knuddels.jtokkit.Encodings;
import com.knuddels.jtokkit.api.Encoding;
import com.knuddels.jtokkit.api.EncodingRegistry;
import com.knuddels.jtokkit.api.EncodingType;
import io.nexus.control.spi.TokenCounter;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** Exact counts of a text's tokens, beside jtokkit's. */
@State(Scope.Benchmark)
public class TokenCountBenchmark {

  /** The vocabulary. */
  @Param({"o200k_base", "cl100k_base"})
  public String encoding = "";

  /** Kilobytes of text. */
  @Param({"1", "32", "1024"})
  public int kilobytes;

  private final EncodingRegistry jtokkit = Encodings.newLazyEncodingRegistry();
  private Encoding oracle = jtokkit.getEncoding(EncodingType.O200K_BASE);
  private TokenCounter.ForModel counter = ExactCounter.of("gpt-4o");
  private String text = "";

  /**
   * Reads the vocabulary and writes the text.
   *
   * @throws IllegalStateException if the two counts differ: the times would mean nothing
   */
  @Setup
  public void read() {
    boolean o200k = encoding.equals("o200k_base");
    counter = ExactCounter.of(o200k ? "gpt-4o" : "gpt-4");
    oracle = jtokkit.getEncoding(o200k ? EncodingType.O200K_BASE : EncodingType.CL100K_BASE);
    text = SampleText.of(kilobytes * 1_024);
    if (exact() != baselineJtokkit()) {
      throw new IllegalStateException("counts differ from jtokkit's");
    }
  }

  /** By the project's own counter. */
  @Benchmark
  public long exact() {
    return counter.count(text);
  }

  /** By jtokkit. */
  @Benchmark
  public long baselineJtokkit() {
    return oracle.countTokensOrdinary(text);
  }
}
