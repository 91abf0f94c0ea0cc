package io.nexus.tokenizers;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;

/** The vocabularies that this module has, each with the pattern that its text is cut by. */
enum Encoding {
  /** Of gpt-4o and what came after it. {@code o200k_harmony} adds special tokens only. */
  O200K_BASE("o200k_base.tiktoken"),
  /** Of gpt-4, gpt-3.5-turbo and the embedding models. */
  CL100K_BASE("cl100k_base.tiktoken");

  private final String resource;

  Encoding(String resource) {
    this.resource = resource;
  }

  /**
   * Reads the vocabulary from this module, which takes some 0.1 s of one core.
   *
   * @throws IOException if the resource is missing or broken
   */
  TextCounter load() throws IOException {
    try (InputStream in = Encoding.class.getResourceAsStream(resource)) {
      if (in == null) {
        throw new FileNotFoundException(resource + " is not in the module io.nexus.tokenizers");
      }
      return new TextCounter(Vocabulary.read(in), splitter());
    }
  }

  private Splitter splitter() {
    return switch (this) {
      case O200K_BASE -> new O200kSplitter();
      case CL100K_BASE -> new Cl100kSplitter();
    };
  }
}
