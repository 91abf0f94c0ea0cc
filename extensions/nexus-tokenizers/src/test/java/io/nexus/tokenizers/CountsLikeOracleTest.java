package io.nexus.tokenizers;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Every count is jtokkit's. */
class CountsLikeOracleTest {
  private static final long SEED = 20_260_801;
  private static final int RANDOM_STRINGS = 500_000; // for each of two encodings

  /** Characters at the borders of the patterns' classes; more of those that patterns name. */
  private static final int[] BORDERS =
      ("aabzAAZ'''sStTrReEvVlLmMdD   \t\n\n\r//..,!?0012ſ½²Ⅷ"
              + "中字あア한ªʰǅßéÉжЖ\u0301\u0903\u20dd\u00a0\u3000\u2028\u0085\u000b\u200d\ufeff"
              + "👍🏿𝐀𝐛𝟘𠮷𐐀𐐨١४€_-+=(){}\"<>|\\")
          .codePoints()
          .toArray();

  @Test
  void module_named() {
    assertTrue(getClass().getModule().isNamed());
  }

  @ParameterizedTest
  @EnumSource
  void count_manyScriptsAndCode_same(Encoding encoding) {
    Corpus.all().forEach(text -> Oracle.assertSame(encoding, text, "corpus"));
    String all = Corpus.all().collect(Collectors.joining());
    Oracle.assertSame(encoding, all, "joined");
    Oracle.assertSame(encoding, all.toUpperCase(java.util.Locale.ROOT), "upper case");
    Oracle.assertSame(encoding, Corpus.all().collect(Collectors.joining("\n\n")), "by lines");
  }

  /** Each code point between letters, digits and spaces: every character's class is seen. */
  @ParameterizedTest
  @EnumSource
  void count_everyCodePoint_same(Encoding encoding) {
    StringBuilder text = new StringBuilder();
    for (int codePoint = 0; codePoint <= Character.MAX_CODE_POINT; codePoint++) {
      if (Character.getType(codePoint) == Character.UNASSIGNED && codePoint % 64 != 0) {
        continue;
      }
      text.append("aB").appendCodePoint(codePoint).append("cD 1").appendCodePoint(codePoint);
      if (text.length() > 500) {
        Oracle.assertSame(encoding, text.toString(), "before " + codePoint);
        text.setLength(0);
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void count_stringsOfBorderCharacters_same(Encoding encoding) {
    RandomGenerator random = random(encoding);
    for (int i = 0; i < RANDOM_STRINGS; i++) {
      int length = 1 + random.nextInt(random.nextInt(10) == 0 ? 40 : 12);
      StringBuilder text = new StringBuilder();
      for (int j = 0; j < length; j++) {
        text.appendCodePoint(BORDERS[random.nextInt(BORDERS.length)]);
      }
      Oracle.assertSame(encoding, text.toString(), "string " + i + " of seed " + SEED);
    }
  }

  /** Words, which are cut and counted on a way of their own, across the borders of its steps. */
  @ParameterizedTest
  @EnumSource
  void count_shortWordsOfAnyCase_same(Encoding encoding) {
    RandomGenerator random = random(encoding);
    var before = List.of(" ", " ", " ", "", "(", "'", "\t", "\0", ". ");
    var behind = List.of("", "", "'", "'s", "'LL", "é", "1", ",", "\n", "\u0301", "\0");
    for (int i = 0; i < 100_000; i++) {
      StringBuilder text = new StringBuilder();
      for (int words = random.nextInt(1, i % 10 == 0 ? 60 : 6); words > 0; words--) {
        text.append(before.get(random.nextInt(before.size())));
        for (int letters = random.nextInt(i % 7 == 0 ? 20 : 9); letters > 0; letters--) {
          text.append("etaoinETAOIN".charAt(random.nextInt(12)));
        }
        text.append(behind.get(random.nextInt(behind.size())));
      }
      Oracle.assertSame(encoding, text.toString(), "words " + i + " of seed " + SEED);
    }
  }

  @ParameterizedTest
  @EnumSource
  void count_randomCharsAndCodePoints_same(Encoding encoding) {
    RandomGenerator random = random(encoding);
    for (int i = 0; i < 20_000; i++) {
      StringBuilder text = new StringBuilder();
      for (int j = random.nextInt(40); j >= 0; j--) {
        if (random.nextBoolean()) {
          text.append((char) random.nextInt(0x10000));
        } else {
          text.appendCodePoint(random.nextInt(Character.MAX_CODE_POINT + 1));
        }
      }
      Oracle.assertSame(encoding, text.toString(), "string " + i + " of seed " + SEED);
    }
  }

  @ParameterizedTest
  @EnumSource
  void count_randomBytes_same(Encoding encoding) {
    RandomGenerator random = random(encoding);
    for (int i = 0; i < 2_000; i++) {
      byte[] bytes = new byte[1 + random.nextInt(400)];
      random.nextBytes(bytes);
      Oracle.assertSame(encoding, new String(bytes, StandardCharsets.UTF_8), "bytes " + i);
      Oracle.assertSame(encoding, new String(bytes, StandardCharsets.ISO_8859_1), "latin " + i);
    }
  }

  @ParameterizedTest
  @EnumSource
  void count_longPiecesOfOneKind_same(Encoding encoding) {
    for (String unit :
        List.of("a", "A", " ", "=", "中", "\n", "ab", "é", "- ", "\u0301", "Aa", "🙂")) {
      for (int length : new int[] {61, 62, 63, 64, 65, 499, 500, 501, 2_000, 20_000}) {
        Oracle.assertSame(encoding, unit.repeat(length), length + " times");
        Oracle.assertSame(encoding, "x " + unit.repeat(length) + " y", length + " times inside");
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void count_longPiecesOfRandomLetters_same(Encoding encoding) {
    RandomGenerator random = random(encoding);
    for (int i = 0; i < 300; i++) {
      StringBuilder text = new StringBuilder();
      int alphabet = 1 + random.nextInt(26);
      for (int j = random.nextInt(1_500); j >= 0; j--) {
        text.append((char) ('a' + random.nextInt(alphabet)));
      }
      Oracle.assertSame(encoding, text.toString(), "piece " + i + " of seed " + SEED);
    }
  }

  private static RandomGenerator random(Encoding encoding) {
    System.out.println("random strings for " + encoding + ": seed " + SEED);
    return RandomGeneratorFactory.of("L64X128MixRandom").create(SEED);
  }
}
