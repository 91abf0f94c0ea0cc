package io.nexus.tokenizers;

import io.nexus.control.money.TokenCountTier;

/**
 * A line of the table of models: whose models it is for, how their text is counted, and what comes
 * on top. All numbers are tokens.
 *
 * @param prefix start of the model's name
 * @param open whether anything may follow the prefix, not only the end or a separator
 * @param encoding the vocabulary that counts the text
 * @param tier {@code EXACT} if that is the model's own vocabulary
 * @param message added for each message
 * @param name added for each message that says who speaks
 * @param reply added once, for the start of the answer
 * @param messageMost what a message may take beyond {@code message}
 * @param promptMost what the model's template may add once beyond {@code reply}
 * @param function added for each tool
 * @param tools added once if there are tools
 * @param toolsMost what a request with tools may take beyond {@code tools}
 * @param imageLow an image in low detail
 * @param image an image of 1024 x 1024 pixels in high detail
 * @param imageMost the largest image
 */
record ModelRule(
    String prefix,
    boolean open,
    Encoding encoding,
    TokenCountTier tier,
    int message,
    int name,
    int reply,
    int messageMost,
    int promptMost,
    int function,
    int tools,
    int toolsMost,
    int imageLow,
    int image,
    int imageMost) {

  private static final String SEPARATORS = "-:@_";

  /** Whether a model's name, from {@code start} on, is this line's, whatever its case. */
  boolean matches(String model, int start) {
    if (!model.regionMatches(true, start, prefix, 0, prefix.length())) {
      return false;
    }
    int end = start + prefix.length();
    return open || end == model.length() || SEPARATORS.indexOf(model.charAt(end)) >= 0;
  }

  /** The most that an image in low detail takes: as any image where detail is ignored. */
  int imageLowMost() {
    return imageLow < image ? imageLow : imageMost;
  }
}
