package io.nexus.tokenizers;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertSame;

import io.nexus.control.money.TokenCountTier;
import io.nexus.control.spi.NexusExtension;
import io.nexus.control.spi.TokenCounter;
import java.time.Duration;
import java.util.Optional;
import java.util.ServiceLoader;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class VocabularyTokenCounterTest {
  private static final VocabularyTokenCounter COUNTER = new VocabularyTokenCounter();

  /** Not as many tokens in one vocabulary as in the other. */
  private static final String TEXT = "Съешь же ещё этих мягких французских булок";

  @Test
  void load_fromModulePath_found() {
    getClass().getModule().addUses(NexusExtension.class);
    NexusExtension extension =
        ServiceLoader.load(ModuleLayer.boot(), NexusExtension.class).stream()
            .filter(provider -> provider.type().getModule().getName().equals("io.nexus.tokenizers"))
            .findFirst()
            .orElseThrow()
            .get();
    assertEquals("vocabulary", extension.name());
    TokenCounter counter = assertInstanceOf(TokenCounter.class, extension);
    counter.preload("gpt-4o");
    assertEquals(4, counter.forModel("gpt-4o").orElseThrow().count("Hello, world!"));
  }

  @Test
  void forModel_firstAsked_emptyUntilVocabularyIsRead() throws InterruptedException {
    TokenCounter counter = new VocabularyTokenCounter();
    assertEquals(Optional.empty(), counter.forModel("gpt-4"));
    long deadline = System.nanoTime() + Duration.ofSeconds(30).toNanos();
    while (counter.forModel("gpt-4").isEmpty() && System.nanoTime() < deadline) {
      Thread.onSpinWait();
    }
    assertEquals(4, counter.forModel("gpt-4").orElseThrow().count("Hello, world!"));
  }

  @Test
  void forModel_askedTwice_sameInstance() {
    COUNTER.preload("gpt-4o");
    assertSame(COUNTER.forModel("gpt-4o"), COUNTER.forModel("openai/gpt-4o-2024-11-20"));
  }

  @ParameterizedTest
  @CsvSource({
    "gpt-4o, O200K_BASE, EXACT",
    "gpt-4o-mini-2024-07-18, O200K_BASE, EXACT",
    "chatgpt-4o-latest, O200K_BASE, EXACT",
    "ft:gpt-4o-2024-08-06:org:name:id, O200K_BASE, EXACT",
    "ft:gpt-3.5-turbo-0125:org::id, CL100K_BASE, EXACT",
    "openai/gpt-4.1-nano, O200K_BASE, EXACT",
    "azure/GPT-4o, O200K_BASE, EXACT",
    "gpt-4.5-preview, O200K_BASE, EXACT",
    "gpt-5, O200K_BASE, EXACT",
    "gpt-5.1-codex, O200K_BASE, EXACT",
    "gpt-6-mini, O200K_BASE, EXACT",
    "gpt-oss:20b, O200K_BASE, EXACT",
    "openai.gpt-oss-120b-1:0, O200K_BASE, EXACT",
    "o1, O200K_BASE, EXACT",
    "o3-mini, O200K_BASE, EXACT",
    "o4-mini-2025-04-16, O200K_BASE, EXACT",
    "gpt-4, CL100K_BASE, EXACT",
    "gpt-4-0613, CL100K_BASE, EXACT",
    "gpt-4-turbo-2024-04-09, CL100K_BASE, EXACT",
    "gpt-3.5-turbo, CL100K_BASE, EXACT",
    "gpt-35-turbo-16k, CL100K_BASE, EXACT",
    "text-embedding-3-small, CL100K_BASE, EXACT",
    "claude-sonnet-4-5, CL100K_BASE, APPROXIMATION",
    "us.anthropic.claude-3-5-sonnet-20241022-v2:0, CL100K_BASE, APPROXIMATION",
    "llama3:70b, CL100K_BASE, APPROXIMATION",
    "meta-llama/Llama-3.1-8B-Instruct, CL100K_BASE, APPROXIMATION",
    "qwen2.5-coder:7b, CL100K_BASE, APPROXIMATION",
    "mistral-large-latest, O200K_BASE, APPROXIMATION",
    "deepseek-chat, CL100K_BASE, APPROXIMATION",
    "gemini-2.5-pro, O200K_BASE, APPROXIMATION",
    "grok-4, O200K_BASE, APPROXIMATION",
  })
  void forModel_listed_itsVocabularyAndTier(String model, Encoding encoding, TokenCountTier tier) {
    COUNTER.preload(model);
    TokenCounter.ForModel counter = COUNTER.forModel(model).orElseThrow();
    assertEquals(tier, counter.tier());
    assertEquals(Oracle.theirs(encoding, TEXT), counter.count(TEXT));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "/",
        "ft:",
        ".",
        "gpt",
        "gpt-4.7",
        "gpt-4oo",
        "gpt-40",
        "o1x",
        "o",
        "phi3",
        "llama2:7b",
        "my-gpt-4o",
        "text-davinci-003",
        "llama"
      })
  void forModel_notListed_empty(String model) {
    COUNTER.preload(model);
    assertEquals(Optional.empty(), COUNTER.forModel(model));
  }
}
