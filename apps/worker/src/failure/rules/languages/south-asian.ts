import { any } from "../rule.ts";
import type { Phrases } from "./phrases.ts";

/** The commonest sentences in Arabic, Hebrew, Vietnamese, Indonesian and Malay, Thai and Hindi. */
export const southAsian: Phrases = {
  rate_limited: any`
    quá nhiều (?:yêu cầu|lần)
    terlalu banyak permintaan
    طلبات كثيرة
  `,
  bot_check: any`
    người máy
    bukan robot
    لست (?:روبوت|برنامج)
  `,
  geo_blocked: any`
    (?:بلدك|دولتك|منطقتك|بلدكم)
    (?:במדינתך|במדינה שלך|באזור שלך|מחוץ לישראל)
    (?:quốc gia|khu vực|vùng) (?:của|này|bạn)
    (?:negara|wilayah|lokasi) (?:anda|kamu|ini)
    (?:ประเทศ|ภูมิภาค)ของคุณ
    आपके (?:देश|क्षेत्र)
  `,
  copyright_blocked: any`
    bản quyền
    hak cipta
    حقوق (?:الطبع|النشر|الملكية)
    זכויות יוצרים
    ลิขสิทธิ์
  `,
  private: any`
    riêng tư
    video pribadi
    (?:مقطع|فيديو) خاص
    סרטון פרטי
    ส่วนตัว
  `,
  login_required: any`
    đăng nhập
    (?:silakan )?(?:masuk|login) (?:untuk|dulu|terlebih)
    تسجيل الدخول
    להתחבר
    เข้าสู่ระบบ
    लॉग ?इन
  `,
  gone: any`
    (?:bị|được|đã) (?:gỡ|xóa|xoá)
    không (?:còn )?tồn tại
    (?:telah|sudah) dihapus
    تم (?:حذف|إزالة)
    הוסר
    נמחק
    ถูกลบ
    हटा दिया
  `,
  unknown: any`
    thử lại
    coba lagi
    (?:حاول|المحاولة) مرة أخرى
    נסה שוב
    ลองอีกครั้ง
  `,
};
