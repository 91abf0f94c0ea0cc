/**
 * Exact token counting with OpenAI's vocabularies {@code o200k_base} and {@code cl100k_base}.
 *
 * <p>Found by {@link java.util.ServiceLoader}, so it exports nothing:
 *
 * <pre>{@code
 * for (NexusExtension extension : ServiceLoader.load(NexusExtension.class)) {
 *   if (extension instanceof TokenCounter counter) {
 *     counter.preload("gpt-4o");
 *     counter.forModel("gpt-4o").orElseThrow().count("Hello, world"); // 3
 *   }
 * }
 * }</pre>
 */
@org.jspecify.annotations.NullMarked
module io.nexus.tokenizers {
  requires com.fasterxml.jackson.core;
  requires io.nexus.control;
  requires static org.jspecify;

  provides io.nexus.control.spi.NexusExtension with
      io.nexus.tokenizers.VocabularyTokenCounter;
}
