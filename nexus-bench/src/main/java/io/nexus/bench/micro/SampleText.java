package io.nexus.bench.micro;

import java.util.List;
import java.util.SplittableRandom;

/**
 * Text that resembles what people send: sentences of common words, with numbers, punctuation, an
 * accent now and then, and one word in twenty that no vocabulary has whole. The same size gives the
 * same text.
 */
public final class SampleText {
  private static final long SEED = 20_250_917;
  private static final int RARE_PERCENT = 5;
  private static final int NUMBER_PERCENT = 3;
  private static final int WORDS_IN_SENTENCE = 14;
  private static final int SENTENCES_IN_PARAGRAPH = 6;

  private static final List<String> COMMON =
      List.of(
          ("the of and a to in is you that it he was for on are as with his they I at be this have"
                  + " from or one had by word but not what all were we when your can said there use"
                  + " an each which she do how their if will up other about out many then them these"
                  + " so some her would make like him into time has look two more write go see"
                  + " number no way could people my than first water been call who oil its now find"
                  + " long down day did get come made may part summarise translate following answer"
                  + " customer contract function return value error request response server budget"
                  + " café naïve information development international understanding performance"
                  + " configuration responsibility approximately consequence environment necessary")
              .split(" ", -1));

  private SampleText() {}

  /** A text of the given length, nearly all ASCII. */
  public static String of(int chars) {
    var random = new SplittableRandom(SEED);
    var text = new StringBuilder(chars + 64);
    int sentence = 0;
    while (text.length() < chars) {
      int words = 3 + random.nextInt(WORDS_IN_SENTENCE);
      for (int i = 0; i < words; i++) {
        var word = word(random);
        text.append(
            i == 0 ? Character.toUpperCase(word.charAt(0)) + word.substring(1) : " " + word);
        if (i < words - 1 && random.nextInt(10) == 0) {
          text.append(',');
        }
      }
      text.append(++sentence % SENTENCES_IN_PARAGRAPH == 0 ? ".\n\n" : ". ");
    }
    text.setLength(chars);
    return text.toString();
  }

  private static String word(SplittableRandom random) {
    int percent = random.nextInt(100);
    if (percent < RARE_PERCENT) {
      var letters = new StringBuilder();
      for (int left = 4 + random.nextInt(6); left > 0; left--) {
        letters.append((char) ('a' + random.nextInt(26)));
      }
      return letters.toString();
    }
    return percent < RARE_PERCENT + NUMBER_PERCENT
        ? Integer.toString(random.nextInt(100_000))
        : COMMON.get(random.nextInt(COMMON.size()));
  }
}
