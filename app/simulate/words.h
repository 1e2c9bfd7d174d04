// Words of the sample company: names, topics, articles, campaigns. Constants.
#pragma once

#include <array>
#include <cstdint>

namespace clientele::app::simulate {

inline constexpr std::array<const char*, 40> kStaffNames{
    "Анна Соколова",     "Игорь Лебедев",    "Мария Козлова",   "Дмитрий Новиков",
    "Ольга Морозова",    "Сергей Петров",    "Елена Волкова",   "Алексей Соловьёв",
    "Наталья Васильева", "Андрей Зайцев",    "Татьяна Павлова", "Михаил Семёнов",
    "Ирина Голубева",    "Павел Виноградов", "Юлия Богданова",  "Никита Воробьёв",
    "Светлана Фёдорова", "Роман Михайлов",   "Ксения Беляева",  "Артём Тарасов",
    "Виктория Белова",   "Максим Комаров",   "Дарья Орлова",    "Кирилл Киселёв",
    "Полина Макарова",   "Егор Андреев",     "Вера Ковалёва",   "Илья Ильин",
    "Алина Гусева",      "Глеб Титов",       "Marina Keller",   "John Whitfield",
    "Emily Carter",      "David Brooks",     "Sofia Lindqvist", "Thomas Becker",
    "Laura Bennett",     "Daniel Novak",     "Hannah Fischer",  "Oliver Grant"};

inline constexpr std::array<const char*, 4> kSalesTopics{"product_advice", "price_and_discount",
                                                         "availability", "business_offer"};
inline constexpr std::array<const char*, 4> kOrderTopics{"delivery_status", "change_order",
                                                         "delivery_delay", "return_of_goods"};
inline constexpr std::array<const char*, 5> kSupportTopics{"set_up", "device_fault", "app_login",
                                                           "warranty", "connection"};
inline constexpr std::array<const char*, 4> kBillingTopics{"invoice", "payment_failed", "refund",
                                                           "subscription"};

struct Article {
  const char* sku;
  const char* category;
  int64_t price_minor;  // kopecks
  double margin;        // of the price
};
inline constexpr std::array<Article, 12> kArticles{
    {{"kettle-17", "kitchen", 3'490'00, 0.28},
     {"toaster-4", "kitchen", 4'290'00, 0.26},
     {"blender-9", "kitchen", 5'990'00, 0.24},
     {"coffee-machine-3", "kitchen", 38'900'00, 0.19},
     {"vacuum-robot-2", "cleaning", 27'990'00, 0.21},
     {"vacuum-6", "cleaning", 12'490'00, 0.22},
     {"washer-8", "large", 42'990'00, 0.15},
     {"fridge-5", "large", 56'490'00, 0.14},
     {"lamp-smart-1", "smart_home", 1'990'00, 0.35},
     {"camera-2", "smart_home", 6'490'00, 0.31},
     {"hub-1", "smart_home", 8'990'00, 0.33},
     {"filter-set", "supplies", 1'190'00, 0.42}}};

inline constexpr std::array<const char*, 6> kKnowledgeArticles{"kb-101", "kb-114", "kb-120",
                                                               "kb-207", "kb-231", "kb-305"};

}  // namespace clientele::app::simulate
