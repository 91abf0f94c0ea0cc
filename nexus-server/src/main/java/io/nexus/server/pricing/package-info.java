/** Reads LiteLLM's list of models as prices. */
@org.jspecify.annotations.NullMarked
package io.nexus.server.pricing;
