/** The emoji that a menu begins with. */
export const FEW_EMOJI = ['👍', '❤️', '😂', '🎉', '👀', '🙏'] as const;

const MORE =
  '😀 😉 😊 😍 🤔 😅 😮 😢 😡 🤝 👏 💪 👌 👎 ✌️ 🙌 🤷 ✅ ❌ ⚠️ ❓ ❗ 🔥 ⭐ 💯 🚀 ⚓ 🚢 🚚 📦 📄 📌 📅 ⏰ ☕ 🎂 💡';

/** All emoji that the page offers. A message may have any other. */
export const EMOJI: readonly string[] = [...FEW_EMOJI, ...MORE.split(' ')];
