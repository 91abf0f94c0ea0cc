package io.nexus.control.pricing;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.net.URI;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ProvidersTest {

  @ParameterizedTest
  @CsvSource({
    "'', openai, https://api.openai.com/v1, openai",
    "'', openai, https://eu.api.openai.com/v1, openai",
    "'', openai, https://api.deepseek.com, deepseek",
    "'', generic, https://api.groq.com/openai/v1, groq",
    "'', generic, https://API.X.AI/v1, x-ai",
    "'', generic, https://us-central1-aiplatform.googleapis.com/v1, generic",
    "'', generic, https://generativelanguage.googleapis.com/v1beta/openai, google",
    "'', generic, https://my.openai.azure.com/openai, azure",
    "'', generic, https://notapi.openai.com.example.org/v1, generic",
    "'', generic, https://evilapi.openai.com/v1, generic",
    "'', anthropic, https://llm.example.org, anthropic",
    "'', ollama, http://localhost:11434/v1, ollama",
    "'', openai, 'file:///nowhere', openai",
    "Mistral, openai, https://api.openai.com/v1, mistral",
    "vertex_ai, openai, https://api.openai.com/v1, google",
  })
  void of_backend_namesWhoBills(String configured, String type, URI url, String provider) {
    assertEquals(provider, Providers.of(configured, type, url));
  }

  @ParameterizedTest
  @CsvSource({
    "xai, x-ai",
    "' OpenAI ', openai",
    "vertex_ai-language-models, google",
    "acme, acme",
  })
  void canonical_spelling_isOne(String spelled, String provider) {
    assertEquals(provider, Providers.canonical(spelled));
  }
}
