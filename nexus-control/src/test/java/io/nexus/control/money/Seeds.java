package io.nexus.control.money;

import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import java.util.stream.LongStream;

/** Seeds of the property tests; the name of a failed test shows its seed. */
public final class Seeds {

  private Seeds() {}

  public static LongStream seeds() {
    return LongStream.rangeClosed(1, 20);
  }

  public static RandomGenerator random(long seed) {
    return RandomGeneratorFactory.<RandomGenerator>of("L64X128MixRandom").create(seed);
  }

  /** A number of any magnitude up to the bound, 0 among them. */
  public static long anyBelow(RandomGenerator random, long bound) {
    long limit = 1L << random.nextInt(0, 64 - Long.numberOfLeadingZeros(bound));
    return Math.min(bound - 1, random.nextLong(0, limit));
  }
}
