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
    "'', generic, https://API.X.AI/v1, xai",
    "'', generic, https://us-central1-aiplatform.googleapis.com/v1, vertex",
    "'', generic, https://generativelanguage.googleapis.com/v1beta/openai, google",
    "'', generic, https://my.openai.azure.com/openai, azure",
    "'', generic, https://aiplatform.googleapis.com/v1, vertex",
    "'', generic, https://aiplatform.eu.rep.googleapis.com/v1, vertex",
    "'', generic, https://bedrock-runtime.us-east-1.amazonaws.com/openai/v1, bedrock",
    "'', generic, https://me.services.ai.azure.com/openai/v1, azure",
    "'', generic, https://api.together.xyz/v1, together",
    "'', generic, https://api.fireworks.ai/inference/v1, fireworks",
    "'', generic, https://dashscope-intl.aliyuncs.com/compatible-mode/v1, dashscope",
    "'', generic, https://notapi.openai.com.example.org/v1, generic",
    "'', generic, https://evilapi.openai.com/v1, generic",
    "'', anthropic, https://llm.example.org, anthropic",
    "'', ollama, http://localhost:11434/v1, ollama",
    "'', openai, 'file:///nowhere', openai",
    "Mistral, openai, https://api.openai.com/v1, mistral",
    "vertex_ai, openai, https://api.openai.com/v1, vertex",
  })
  void of_backend_namesWhoBills(String configured, String type, URI url, String provider) {
    assertEquals(provider, Providers.of(configured, type, url));
  }

  @ParameterizedTest
  @CsvSource({
    "x-ai, xai",
    "together_ai, together",
    "fireworks_ai, fireworks",
    "gemini, google",
    "' OpenAI ', openai",
    "vertex_ai-language-models, vertex",
    "acme, acme",
  })
  void canonical_spelling_isOne(String spelled, String provider) {
    assertEquals(provider, Providers.canonical(spelled));
  }

  @ParameterizedTest
  @CsvSource({
    "openai, https://api.openai.com/v1, ''",
    "openai, https://us.api.openai.com/v1, us",
    "openai, https://eu.api.openai.com/v1, eu",
    "openai, https://jp.api.openai.com/v1, eu",
    "openai, https://gov.api.openai.com/v1, fedramp",
    "openai, https://proxy.example.org/v1, ''",
    "vertex, https://aiplatform.googleapis.com/v1, ''",
    "vertex, https://europe-west4-aiplatform.googleapis.com/v1, regional",
    "vertex, https://aiplatform.us.rep.googleapis.com/v1, regional",
    "bedrock, https://bedrock-runtime.eu-west-2.amazonaws.com/openai/v1, eu-west-2",
    "bedrock, https://bedrock-mantle.us-west-2.api.aws/v1, us-west-2",
    "anthropic, https://api.anthropic.com/v1, ''",
    "openai, 'file:///nowhere', ''",
  })
  void regionOf_host_isWhatPriceListsKnowItBy(String provider, URI url, String region) {
    assertEquals(region, Providers.regionOf(provider, url));
  }
}
