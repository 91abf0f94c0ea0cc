package io.nexus.control.hold;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nexus.control.hold.HoldSize.Inputs;
import io.nexus.control.money.ModelPricing;
import io.nexus.control.money.Money;
import io.nexus.control.money.Rates;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HoldSizeTest {

  /** A prompt of 1,000 tokens takes $0.0025, and a token of the answer $0.00001. */
  private static final ModelPricing PRICING =
      ModelPricing.of(Rates.text(Money.usd("2.5"), Money.usd("10")));

  private static final long USUAL = 400;
  private static final long AHEAD = 5_200;
  private static final long LEAST = 64;
  private static final long OWN_END = 50_000;

  private static Inputs inputs(String kind, long limit, boolean named, int choices) {
    return new Inputs(
        PRICING,
        1_000,
        false,
        choices,
        limit,
        named,
        OWN_END,
        USUAL,
        kind.equals("unseen stream") ? AHEAD : 0,
        LEAST,
        !kind.equals("json"),
        kind.equals("worst-case stream"),
        !kind.equals("reporting"));
  }

  private static Money money(String usd) {
    return usd.equals("-") ? Money.MOST : Money.usd(usd);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          # answer            | limit | named | n | available | limit | covered | allowed | asked | held     | least
          json                |   500 | true  | 1 |         - |   500 |     500 |     500 |     0 | 0.0075   | 0.00314
          json                |  4096 | false | 1 |         - |  4096 |    4096 |    4096 |  4096 | 0.04346  | 0.00314
          json                |   500 | true  | 3 |         - |   500 |    1500 |    1500 |     0 | 0.0175   | 0.00442
          json                |   500 | true  | 1 |    0.0075 |   500 |     500 |     500 |     0 | 0.0075   | 0.00314
          json                |   500 | true  | 1 | 0.0074999 |   499 |     499 |     499 |   499 | 0.00749  | 0.00314
          json                |   500 | true  | 3 |    0.0074 |   163 |     489 |     489 |   163 | 0.00739  | 0.00442
          json                |   500 | true  | 1 |   0.00314 |    64 |      64 |      64 |    64 | 0.00314  | 0.00314
          json                |    10 | true  | 1 |    0.0026 |    10 |      10 |      10 |     0 | 0.0026   | 0.0026
          stream              | 16000 | true  | 1 |         - | 16000 |     400 |   16000 |     0 | 0.0065   | 0.00314
          stream              |  4096 | false | 1 |         - | 50000 |     400 |   50000 |     0 | 0.0065   | 0.00314
          stream              |  4096 | false | 2 |         - | 50000 |     800 |  100000 |     0 | 0.0105   | 0.00378
          stream              |  4096 | false | 1 |      0.01 | 50000 |     400 |   50000 |     0 | 0.0065   | 0.00314
          worst-case stream   |  4096 | false | 1 |         - |  4096 |    4096 |    4096 |  4096 | 0.04346  | 0.00314
          stream              | 16000 | false | 1 |    0.0065 | 50000 |     400 |   50000 |     0 | 0.0065   | 0.00314
          stream              | 16000 | false | 1 |    0.0064 |   390 |     390 |     390 |   390 | 0.0064   | 0.00314
          stream              |   300 | false | 1 |    0.0055 | 50000 |     300 |   50000 |     0 | 0.0055   | 0.00314
          stream              | 16000 | true  | 2 |         - | 16000 |     800 |   32000 |     0 | 0.0105   | 0.00378
          stream              | 16000 | true  | 1 |      0.01 |   750 |     400 |     750 |   750 | 0.0065   | 0.00314
          stream              | 16000 | true  | 1 |     0.005 |   250 |     250 |     250 |   250 | 0.005    | 0.00314
          stream              |   300 | true  | 1 |         - |   300 |     300 |     300 |     0 | 0.0055   | 0.00314
          unseen stream       | 16000 | true  | 1 |         - | 16000 |    5200 |   16000 |     0 | 0.0545   | 0.00314
          unseen stream       |  4096 | false | 1 |         - | 50000 |    5200 |   50000 |     0 | 0.0545   | 0.00314
          unseen stream       | 16000 | true  | 2 |         - | 16000 |   10400 |   32000 |     0 | 0.1065   | 0.00378
          unseen stream       |   300 | true  | 1 |         - |   300 |     300 |     300 |     0 | 0.0055   | 0.00314
          unseen stream       | 16000 | true  | 1 |     1.744 | 16000 |    5200 |   16000 |     0 | 0.0545   | 0.00314
          unseen stream       | 16000 | true  | 1 |    1.7439 | 16000 |     400 |   16000 |     0 | 0.0065   | 0.00314
          worst-case stream   | 16000 | true  | 1 |         - | 16000 |   16000 |   16000 |     0 | 0.1625   | 0.00314
          worst-case stream   | 16000 | true  | 1 |      0.01 |   750 |     750 |     750 |   750 | 0.01     | 0.00314
          reporting           |  4096 | false | 1 |         - | 50000 |     400 |   50000 |     0 | 0.0065   | 0.00314
          """)
  void size_thatFits_isAsLarge(
      String kind,
      long longest,
      boolean named,
      int choices,
      String available,
      long limit,
      long covered,
      long allowed,
      long asked,
      String held,
      String least) {
    var size = HoldSize.of(inputs(kind, longest, named, choices), money(available));
    assertTrue(size.fits());
    assertEquals(limit, size.limit(), "limit");
    assertEquals(limit < longest, size.clamped(), "clamped");
    assertEquals(covered, size.coveredTokens(), "covered");
    assertEquals(allowed, size.allowedTokens(), "allowed");
    assertEquals(asked, size.maxTokens(), "asked");
    assertEquals(Money.usd(held), size.amount());
    assertEquals(Money.usd(least), size.least());
  }

  @ParameterizedTest
  @CsvSource({
    "json, 500, 1, 0.003139999", // 63 tokens are affordable
    "json, 500, 1, 0.0024", // not even the prompt is
    "json, 500, 1, 0",
    "json, 500, 3, 0.0044", // 63 for each
    "stream, 16000, 1, 0.003139999",
    "json, 10, 1, 0.002599999",
  })
  void size_thatDoesNotFit_isTheLeast(String kind, long limit, int choices, String available) {
    var size = HoldSize.of(inputs(kind, limit, true, choices), Money.usd(available));
    assertFalse(size.fits());
    assertEquals(size.least(), size.amount());
    assertTrue(size.least().compareTo(Money.usd(available)) > 0);
  }

  @ParameterizedTest
  @CsvSource({
    "json, 500, true, 0.0075", // what the client names
    "json, 4096, false, 0.0065", // the usual length
    "stream, 16000, true, 0.0065",
    "worst-case stream, 16000, true, 0.0065",
    "stream, 100, true, 0.0035",
  })
  void whole_answer_takesTheLengthThatItShouldHave(
      String kind, long limit, boolean named, String whole) {
    assertEquals(Money.usd(whole), inputs(kind, limit, named, 1).whole());
  }

  @Test
  void size_lengthsThatNoSumCanHold_saturate() {
    var inputs = inputs("json", Long.MAX_VALUE, true, 128);
    assertEquals(Money.MOST, inputs.whole());
    var size = HoldSize.of(inputs, Money.MOST);
    assertTrue(size.fits() && size.clamped());
    assertTrue(size.amount().compareTo(Money.usd("9000000000")) > 0);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void size_anyInputs_isWithinWhatIsAvailableAndGrowsWithIt(long seed) {
    RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
    var kinds = new String[] {"json", "stream", "worst-case stream"};
    for (int i = 0; i < 20_000; i++) {
      var inputs =
          inputs(
              kinds[random.nextInt(3)],
              random.nextLong(1, 40_000),
              random.nextBoolean(),
              random.nextInt(1, 5));
      var available = new Money(random.nextLong(0, 500_000_000));
      var size = HoldSize.of(inputs, available);
      var context = "seed " + seed + ": " + inputs + " with " + available;
      if (size.fits()) {
        assertTrue(size.amount().compareTo(available) <= 0, context);
        if (size.maxTokens() > 0 || inputs.limitNamed()) {
          assertTrue(size.worstCase().compareTo(available) <= 0, context);
        }
        assertTrue(size.coveredTokens() <= size.allowedTokens(), context);
      }
      assertTrue(size.least().compareTo(size.amount()) <= 0, context);
      var more = HoldSize.of(inputs, available.plus(new Money(random.nextLong(1_000_000))));
      assertTrue(more.limit() >= size.limit() && (more.fits() || !size.fits()), context);
    }
  }

  /** Tokens that a limit has left, of which the prompt takes 1,000, in answers of the choices. */
  @ParameterizedTest
  @CsvSource({
    "2000, 1, 500, 1500",
    "1499, 1, 499, 1499",
    "1300, 2, 150, 1300",
    "1129, 2, 64, 1128",
    "1128, 2, 64, 1128",
    "9223372036854775807, 2, 500, 2000"
  })
  void tokens_ofALimit_boundTheAnswer(long left, int choices, long allowed, long held) {
    var size = HoldSize.of(inputs("json", 500, true, choices), Money.MOST, left);
    assertTrue(size.fits());
    assertEquals(allowed * choices, size.allowedTokens());
    assertEquals(held, size.tokens());
  }

  @ParameterizedTest
  @CsvSource({"1127, 2", "1063, 1", "1000, 1", "999, 1", "0, 1"})
  void tokens_ofALimit_tooFewForAnAnswer_doNotFit(long left, int choices) {
    var in = inputs("json", 500, true, choices);
    assertFalse(HoldSize.of(in, Money.MOST, left).fits());
  }

  /** What is held ahead of hidden output is at most a small part of the tokens left, too. */
  @Test
  void tokens_ofALimit_boundWhatIsHeldAhead() {
    var in = inputs("unseen stream", 16_000, true, 1);
    long plenty = plentyOf(1_000 + AHEAD);
    assertEquals(AHEAD, HoldSize.of(in, Money.MOST, plenty).coveredTokens());
    assertEquals(USUAL, HoldSize.of(in, Money.MOST, plenty - 1).coveredTokens());
  }

  private static long plentyOf(long amount) {
    long most = amount;
    while (!HoldSize.isPlenty(most, amount)) {
      most += amount;
    }
    return most;
  }
}
